use super::*;
use std::collections::{BTreeMap, HashSet};

const PARENT: &str = "00-12345678901234567890123456789012-1234567890123456-01";

#[test]
fn nothing_received() {
    let incoming = Incoming::from_headers(&HeaderMap::new());
    assert!(incoming.parent.is_none() && incoming.state.is_empty() && incoming.baggage.is_empty());
    assert!(incoming.rejected.is_empty());
    assert_eq!(incoming.rejected.counts().count(), 0);
}

#[test]
fn everything_received() {
    let incoming = Incoming::from_headers(&request(&[
        ("traceparent", PARENT),
        ("tracestate", "foo=1"),
        ("baggage", "its.tenant.id=t"),
        ("tracestate", "bar=2"),
        ("baggage", "its.camera.id=c"),
    ]));
    assert_eq!(incoming.parent.expect("a parent").to_string(), PARENT);
    assert_eq!(incoming.state.as_str(), "foo=1,bar=2");
    assert_eq!(incoming.baggage.tenant().as_deref(), Some("t"));
    assert_eq!(incoming.baggage.camera().as_deref(), Some("c"));
    assert!(incoming.rejected.is_empty());
}

#[test]
fn what_is_rejected_is_counted_by_reason() {
    for (case, lines, counts) in [
        ("state without parent", &[("tracestate", "foo=1")][..], &[("tracestate_without_parent", 1)][..]),
        (
            "state with invalid parent",
            &[("traceparent", "00-0-0-0"), ("tracestate", "foo=1")],
            &[("traceparent_too_short", 1), ("tracestate_without_parent", 1)],
        ),
        ("two parents", &[("traceparent", PARENT), ("traceparent", PARENT)], &[("traceparent_multiple", 1)]),
        (
            "invalid state",
            &[("traceparent", PARENT), ("tracestate", "foo=1,FOO=2")],
            &[("tracestate_key", 1)],
        ),
        ("malformed baggage", &[("baggage", "a,b=1,c")], &[("baggage_malformed", 2)]),
    ] {
        let rejected = Incoming::from_headers(&request(lines)).rejected;
        assert_eq!(rejected.counts().collect::<Vec<_>>(), counts, "{case}");
    }
}

#[test]
fn the_parts_do_not_affect_each_other() {
    let invalid_state = request(&[("traceparent", PARENT), ("tracestate", "FOO=1"), ("baggage", "a=1")]);
    let incoming = Incoming::from_headers(&invalid_state);
    assert!(incoming.parent.is_some() && incoming.state.is_empty() && !incoming.baggage.is_empty());
    let invalid_parent = request(&[("traceparent", "x"), ("tracestate", "foo=1"), ("baggage", "a=1")]);
    let incoming = Incoming::from_headers(&invalid_parent);
    assert!(incoming.parent.is_none() && incoming.state.is_empty() && !incoming.baggage.is_empty());
}

#[test]
fn reasons_are_a_closed_set_of_label_values() {
    let reasons = Rejected::reasons().collect::<Vec<_>>();
    assert_eq!(reasons.len(), 19);
    assert_eq!(reasons.iter().collect::<HashSet<_>>().len(), reasons.len(), "{reasons:?}");
    let plain =
        |reason: &str| reason.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit());
    assert!(reasons.iter().all(|reason| plain(reason)), "{reasons:?}");
}

#[test]
fn pairs_of_any_carrier() {
    let pairs =
        [("TraceParent", PARENT), ("tracestate", "foo=1"), ("BAGGAGE", "its.tenant.id=t"), ("x", "y")];
    let from_text = Incoming::from_pairs(pairs);
    let bytes = pairs.map(|(name, value)| (name, value.as_bytes()));
    let map = pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .collect::<BTreeMap<_, _>>();
    for incoming in [from_text, Incoming::from_pairs(bytes), Incoming::from_pairs(&map)] {
        assert_eq!(incoming.parent.expect("a parent").to_string(), PARENT);
        assert_eq!(incoming.state.as_str(), "foo=1");
        assert_eq!(incoming.baggage.tenant().as_deref(), Some("t"));
        assert!(incoming.rejected.is_empty());
    }
}

#[test]
fn pairs_that_no_header_could_carry() {
    let incoming = Incoming::from_pairs([
        ("traceparent", PARENT),
        ("tracestate", "foo=a\nb"),
        ("baggage", "a=\n,its.tenant.id=t,b=\u{0}"),
    ]);
    assert_eq!(incoming.baggage.tenant().as_deref(), Some("t"));
    let counts = incoming.rejected.counts().collect::<Vec<_>>();
    assert_eq!(counts, [("tracestate_value", 1), ("baggage_malformed", 2)]);
}

#[test]
fn injecting_replaces_what_was_there() {
    let parent = TraceParent::new(0xa, 0xb, TraceFlags::SAMPLED).expect("not zero");
    let state = "foo=1".parse::<TraceState>().expect("valid");
    let before =
        [("traceparent", "x"), ("tracestate", "y=1"), ("tracestate", "z=1"), ("baggage", "secret=1")];
    let mut headers = request(&before);
    headers.append("host", HeaderValue::from_static("a"));

    inject(&mut headers, &parent, &state, Some(HeaderValue::from_static("a=1")));
    for (name, value) in
        [("traceparent", parent.to_string().as_str()), ("tracestate", "foo=1"), ("baggage", "a=1")]
    {
        assert_eq!(headers.get_all(name).iter().collect::<Vec<_>>(), [value], "{name}");
    }

    inject(&mut headers, &parent, &TraceState::default(), None);
    assert_eq!(headers.len(), 2, "{headers:?}");
    assert_eq!(headers["traceparent"], parent.to_string());
}

#[test]
fn what_pairs_carry_out_comes_in_again() {
    let parent = TraceParent::new(0xa, 0xb, TraceFlags::RANDOM).expect("not zero");
    let state = "foo=1".parse::<TraceState>().expect("valid");
    let own = OwnMembers { tenant: Some("Zürich"), camera: None, frame: Some("7") };
    let (baggage, _) = Baggage::default().to_header(&own);
    let mut message = BTreeMap::new();
    inject_pairs(&parent, &state, baggage.as_ref(), |name, value| {
        drop(message.insert(name, value.to_owned()))
    });

    let incoming = Incoming::from_pairs(message.iter().map(|(name, value)| (*name, value.as_str())));
    assert_eq!((incoming.parent, &incoming.state), (Some(parent), &state));
    assert_eq!(incoming.baggage.tenant().as_deref(), Some("Zürich"));
    assert_eq!(incoming.baggage.frame().as_deref(), Some("7"));
}
