use super::*;
use TraceStateError::*;

fn parse(values: &[&str]) -> Result<TraceState, TraceStateError> {
    TraceState::parse(&lines_of("tracestate", values))
}

#[test]
fn what_is_passed_on() {
    let key = "abcdefghijklmnopqrstuvwxyz0123456789_-*/";
    let all_characters = (0x20..=0x7e_u8).map(char::from).filter(|c| !",=".contains(*c)).collect::<String>();
    let simple = format!("{key}={all_characters}");
    let tenant = format!("{key}@a-z0-9_-*/={all_characters}");
    let long_key = format!("{}=1", "z".repeat(256));
    let long_tenant = format!("{}@{}=1", "t".repeat(241), "v".repeat(14));
    let long_value = format!("foo={}", "v".repeat(256));
    for (case, values, expected) in [
        ("missing", &[][..], ""),
        ("included", &["foo=1,bar=2"], "foo=1,bar=2"),
        ("multiple_headers", &["foo=1,bar=2", "rojo=1,congo=2", "baz=3"], "foo=1,bar=2,rojo=1,congo=2,baz=3"),
        ("empty_header", &[""], ""),
        ("empty_header after", &["foo=1", ""], "foo=1"),
        ("empty_header before", &["", "foo=1"], "foo=1"),
        ("empty headers between", &["foo=1", "", " \t", "bar=2"], "foo=1,bar=2"),
        ("empty members", &["foo=1,,bar=2, ,"], "foo=1,,bar=2, ,"),
        ("only empty members", &[" , ,"], ""),
        ("all_allowed_characters", &[&simple], &simple),
        ("all_allowed_characters, tenant", &[&tenant], &tenant),
        ("ows_handling", &["foo=1 \t , \t bar=2, \t baz=3"], "foo=1 \t , \t bar=2, \t baz=3"),
        ("ows_handling", &["\t foo=1 \t"], "\t foo=1 \t"),
        ("ows_handling, lines", &["foo=1 ", "\tbar=2"], "foo=1 ,\tbar=2"),
        ("leading spaces of a value are its own", &["foo=  1"], "foo=  1"),
        ("a key that starts with a digit", &["1foo=1,0@1=2"], "1foo=1,0@1=2"),
        ("key_length_limit 256", &["foo=1", &long_key], &format!("foo=1,{long_key}")),
        ("key_length_limit 241@14", &[&long_tenant], &long_tenant),
        ("value of 256", &[&long_value], &long_value),
        ("duplicated_keys", &["foo=1,foo=1"], "foo=1,foo=1"),
        ("duplicated_keys, lines", &["foo=1", "foo=2"], "foo=1,foo=2"),
        ("same key for two tenants", &["a@x=1,b@x=2,x=3"], "a@x=1,b@x=2,x=3"),
    ] {
        let state = parse(values).unwrap_or_else(|error| panic!("{case}: {error}"));
        assert_eq!(state.as_str(), expected, "{case}");
        assert_eq!(state.is_empty(), expected.is_empty(), "{case}");
        assert_eq!(state.header().is_none(), expected.is_empty(), "{case}");
    }
}

#[test]
fn what_is_discarded() {
    let long_key = format!("{}=1", "z".repeat(257));
    let long_tenant = format!("{}@v=1", "t".repeat(242));
    let long_system = format!("t@{}=1", "v".repeat(15));
    let long_value = format!("foo={}", "v".repeat(257));
    for (case, values, error) in [
        ("key_illegal_characters", &["foo =1"][..], Key),
        ("key_illegal_characters", &["FOO=1"], Key),
        ("key_illegal_characters", &["foo.bar=1"], Key),
        ("key_illegal_characters", &["bar=2,-foo=1"], Key),
        ("key_illegal_vendor_format", &["foo@=1,bar=2"], Key),
        ("key_illegal_vendor_format", &["@foo=1,bar=2"], Key),
        ("key_illegal_vendor_format", &["foo@@bar=1,bar=2"], Key),
        ("key_illegal_vendor_format", &["foo@bar@baz=1,bar=2"], Key),
        ("empty key", &["=1"], Key),
        ("key_length_limit 257", &["foo=1", &long_key], Key),
        ("key_length_limit 242@", &["foo=1", &long_tenant], Key),
        ("key_length_limit @15", &["foo=1", &long_system], Key),
        ("value_illegal_characters", &["foo=bar=baz"], Value),
        ("value_illegal_characters", &["foo=,bar=3"], Value),
        ("value of spaces", &["foo=  ,bar=3"], Value),
        ("tab in a value", &["foo=a\tb"], Value),
        ("non-ascii value", &["foo=é"], Value),
        ("value of 257", &[&long_value], Value),
        ("no equals sign", &["foo"], Member),
        ("one bad member among good ones", &["foo=1", "bar", "baz=3"], Member),
    ] {
        assert_eq!(parse(values), Err(error), "{case}: {values:?}");
    }
}

#[test]
fn member_count_limit() {
    let members = |n: usize| (1..=n).map(|i| format!("bar{i:02}={i:02}")).collect::<Vec<_>>();
    let in_lines = |members: &[String]| members.chunks(10).map(|line| line.join(",")).collect::<Vec<_>>();
    for (n, accepted) in [(32, true), (33, false)] {
        let lines = in_lines(&members(n));
        let lines = lines.iter().map(String::as_str).collect::<Vec<_>>();
        let state = parse(&lines);
        let expected = if accepted { Ok(members(n).join(",")) } else { Err(TooManyMembers) };
        assert_eq!(state.map(|state| state.as_str().to_owned()), expected, "{n}");
    }
    let sparse = members(32).join(",,  ,");
    assert!(parse(&[&sparse]).is_ok(), "empty members do not count");
}

#[test]
fn length_limit() {
    // 31 members of 258 bytes with their commas, and one that fills up.
    let mut members = (0..31).map(|i| format!("k{i:02}={}", "v".repeat(254))).collect::<Vec<_>>();
    let rest = TraceState::MAX_BYTES - members.join(",").len() - 1;
    members.push(format!("last={}", "v".repeat(rest - 5)));
    let longest = members.join(",");
    assert_eq!(longest.len(), TraceState::MAX_BYTES);
    assert_eq!(parse(&[&longest]).expect("fits").as_str(), longest);
    let (head, tail) = longest.rsplit_once(',').expect("members");
    assert_eq!(parse(&[head, tail]).expect("fits").as_str(), longest, "in two lines");
    assert_eq!(parse(&[&longest, ""]), Err(TooLong), "the comma before the empty line counts");
    assert_eq!(parse(&[&format!("{longest} ")]), Err(TooLong), "whitespace counts");
}

#[test]
fn one_line_is_shared_and_not_copied() {
    let headers = lines_of("tracestate", &["foo=1,bar=2"]);
    let state = TraceState::parse(&headers).expect("valid");
    let kept = state.header().expect("members").as_bytes();
    assert_eq!(kept.as_ptr(), headers["tracestate"].as_bytes().as_ptr());
}

#[test]
fn header_names() {
    for (name, expected) in
        [("TraceState", "foo=1"), ("TRACESTATE", "foo=1"), ("trace-state", ""), ("trace.state", "")]
    {
        assert_eq!(
            TraceState::parse(&lines_of(name, &["foo=1"])).expect("valid").as_str(),
            expected,
            "{name}"
        );
    }
}

#[test]
fn from_text() {
    assert_eq!("foo=1".parse::<TraceState>().expect("valid").as_str(), "foo=1");
    assert_eq!("foo=a\nb".parse::<TraceState>(), Err(Value));
}
