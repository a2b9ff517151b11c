use super::*;
use TraceParentError::*;

const TRACE: u128 = 0x12345678901234567890123456789012;
const PARENT: u64 = 0x1234567890123456;

fn parse(value: &str) -> Result<TraceParent, TraceParentError> {
    TraceParent::from_bytes(value.as_bytes())
}

#[test]
fn valid_values() {
    let future = "cc-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like";
    for (case, value, flags) in [
        ("sampled", "00-12345678901234567890123456789012-1234567890123456-01", 0b01),
        ("not sampled", "00-12345678901234567890123456789012-1234567890123456-00", 0b00),
        ("random", "00-12345678901234567890123456789012-1234567890123456-02", 0b10),
        ("sampled and random", "00-12345678901234567890123456789012-1234567890123456-03", 0b11),
        ("reserved flags ignored", "00-12345678901234567890123456789012-1234567890123456-ff", 0b11),
        ("only reserved flags", "00-12345678901234567890123456789012-1234567890123456-fc", 0b00),
        ("version_0xcc", "cc-12345678901234567890123456789012-1234567890123456-01", 0b01),
        ("version_0xcc with more fields", future, 0b01),
        (
            "version_0xcc with an empty field",
            "cc-12345678901234567890123456789012-1234567890123456-01-",
            0b01,
        ),
        ("version 01", "01-12345678901234567890123456789012-1234567890123456-01", 0b01),
        ("version fe", "fe-12345678901234567890123456789012-1234567890123456-01", 0b01),
        ("ows: space before", " 00-12345678901234567890123456789012-1234567890123456-01", 0b01),
        ("ows: tab before", "\t00-12345678901234567890123456789012-1234567890123456-01", 0b01),
        ("ows: space after", "00-12345678901234567890123456789012-1234567890123456-01 ", 0b01),
        ("ows: tab after", "00-12345678901234567890123456789012-1234567890123456-01\t", 0b01),
        ("ows: both", "\t 00-12345678901234567890123456789012-1234567890123456-01 \t", 0b01),
    ] {
        let expected = TraceParent::new(TRACE, PARENT, TraceFlags::from_bits(flags)).expect("not zero");
        assert_eq!(parse(value), Ok(expected), "{case}");
    }
}

#[test]
fn invalid_values() {
    for (case, value, error) in [
        ("empty", "", TooShort),
        ("version_0x00 .", "00-12345678901234567890123456789012-1234567890123456-01.", Trailing),
        (
            "version_0x00 -",
            "00-12345678901234567890123456789012-1234567890123456-01-what-the-future",
            Trailing,
        ),
        ("version_0x00 bare -", "00-12345678901234567890123456789012-1234567890123456-01-", Trailing),
        (
            "version_0xcc .",
            "cc-12345678901234567890123456789012-1234567890123456-01.what-the-future",
            Trailing,
        ),
        ("version_0xff", "ff-12345678901234567890123456789012-1234567890123456-01", Version),
        ("version_illegal_characters", ".0-12345678901234567890123456789012-1234567890123456-01", Character),
        ("version_illegal_characters", "0.-12345678901234567890123456789012-1234567890123456-01", Character),
        ("version_too_long", "000-12345678901234567890123456789012-1234567890123456-01", Delimiter),
        ("version_too_long", "0000-12345678901234567890123456789012-1234567890123456-01", Delimiter),
        ("version_too_short", "0-12345678901234567890123456789012-1234567890123456-01", TooShort),
        ("trace_id_all_zero", "00-00000000000000000000000000000000-1234567890123456-01", ZeroTraceId),
        ("trace_id_illegal_characters", "00-.2345678901234567890123456789012-1234567890123456-01", Character),
        ("trace_id_illegal_characters", "00-1234567890123456789012345678901.-1234567890123456-01", Character),
        ("trace_id sign", "00-+2345678901234567890123456789012-1234567890123456-01", Character),
        ("trace_id_too_long", "00-123456789012345678901234567890123-1234567890123456-01", Delimiter),
        ("trace_id_too_short", "00-1234567890123456789012345678901-1234567890123456-01", TooShort),
        ("trace_id upper case", "00-1234567890123456789012345678901A-1234567890123456-01", UpperCase),
        ("parent_id_all_zero", "00-12345678901234567890123456789012-0000000000000000-01", ZeroParentId),
        (
            "parent_id_illegal_characters",
            "00-12345678901234567890123456789012-.234567890123456-01",
            Character,
        ),
        (
            "parent_id_illegal_characters",
            "00-12345678901234567890123456789012-123456789012345.-01",
            Character,
        ),
        ("parent_id_too_long", "00-12345678901234567890123456789012-12345678901234567-01", Delimiter),
        ("parent_id_too_short", "00-12345678901234567890123456789012-123456789012345-01", TooShort),
        ("parent_id upper case", "00-12345678901234567890123456789012-F234567890123456-01", UpperCase),
        (
            "trace_flags_illegal_characters",
            "00-12345678901234567890123456789012-1234567890123456-.0",
            Character,
        ),
        (
            "trace_flags_illegal_characters",
            "00-12345678901234567890123456789012-1234567890123456-0.",
            Character,
        ),
        ("trace_flags_too_long", "00-12345678901234567890123456789012-1234567890123456-001", Trailing),
        ("trace_flags_too_short", "00-12345678901234567890123456789012-1234567890123456-1", TooShort),
        ("trace_flags upper case", "00-12345678901234567890123456789012-1234567890123456-0A", UpperCase),
        ("non-ascii", "00-é345678901234567890123456789012-1234567890123456-01", NonAscii),
        ("underscores", "00_12345678901234567890123456789012_1234567890123456_01", Delimiter),
        ("ows within", "00- 2345678901234567890123456789012-1234567890123456-01", Character),
        ("two in one line", "00-12345678901234567890123456789012-1234567890123456-01,00", Trailing),
    ] {
        assert_eq!(parse(value), Err(error), "{case}: {value}");
    }
}

#[test]
fn of_a_higher_version_only_the_first_55_characters_count() {
    let value = b"01-12345678901234567890123456789012-1234567890123456-01-\xff\x00ANYTHING";
    assert_eq!(TraceParent::from_bytes(value).map(|parent| parent.trace_id()), Ok(TRACE));
}

#[test]
fn header_names_and_duplicates() {
    let value = "00-12345678901234567890123456789012-1234567890123456-01";
    for name in ["TraceParent", "TrAcEpArEnT", "TRACEPARENT", "traceparent"] {
        assert!(matches!(TraceParent::parse(&request(&[(name, value)])), Ok(Some(_))), "{name}");
    }
    for name in ["trace-parent", "trace.parent"] {
        assert_eq!(TraceParent::parse(&request(&[(name, value)])), Ok(None), "{name}");
    }
    assert_eq!(TraceParent::parse(&HeaderMap::new()), Ok(None));
    let twice = request(&[("traceparent", value), ("traceparent", value)]);
    assert_eq!(TraceParent::parse(&twice), Err(Multiple));
}

#[test]
fn what_is_sent_is_version_00_without_reserved_flags() {
    let parent = parse("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-fd-more").expect("valid");
    let sent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assert_eq!(parent.to_bytes(), sent.as_bytes());
    assert_eq!(parent.to_header(), sent);
    assert_eq!(parent.to_string(), sent);
    assert_eq!(format!("{parent:?}"), format!("TraceParent({sent})"));
}

#[test]
fn a_span_has_ids_that_are_not_zero() {
    assert_eq!(TraceParent::new(0, 1, TraceFlags::NONE), None);
    assert_eq!(TraceParent::new(1, 0, TraceFlags::NONE), None);
}

#[test]
fn flags() {
    let random = TraceFlags::RANDOM;
    assert_eq!(random.with_sampled(true), TraceFlags::SAMPLED | TraceFlags::RANDOM);
    assert_eq!(random.with_sampled(true).with_sampled(false), random);
    assert!(random.is_random() && !random.is_sampled() && TraceFlags::SAMPLED.is_sampled());
    assert_eq!(TraceFlags::from_bits(0xff).bits(), 3);
}
