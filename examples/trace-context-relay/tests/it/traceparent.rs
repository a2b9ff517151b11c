//! Which `traceparent` is followed, and which starts a trace anew.

use std::collections::HashSet;

use crate::relay::{Context, PARENT, Relay, TRACE};

#[test]
fn without_a_caller_each_request_is_a_trace_of_its_own() {
    let relay = Relay::start();
    let (first, second) = (relay.restarts(&[]), relay.restarts(&[]));
    assert_ne!(first.trace, second.trace);
    assert!(matches!(&*first.flags, "02" | "03"), "its id is random: {first:?}");
    assert_eq!((first.state, first.baggage), (None, None));
}

#[test]
fn a_valid_header_is_followed() {
    let relay = Relay::start();
    let parent = format!("00-{TRACE}-{PARENT}-01");
    relay.continues(&[&format!("traceparent: {parent}")]);
    for name in ["TraceParent", "TRACEPARENT", "TrAcEpArEnT"] {
        relay.continues(&[&format!("{name}: {parent}")]);
    }
    for value in
        [format!(" {parent}"), format!("\t{parent}"), format!("{parent} \t"), format!(" \t {parent}  ")]
    {
        relay.continues(&[&format!("traceparent:{value}")]);
    }
}

#[test]
fn a_header_of_another_name_is_none() {
    let relay = Relay::start();
    for name in ["trace-parent", "trace.parent", "traceparent2", "x-traceparent"] {
        relay.restarts(&[&format!("{name}: 00-{TRACE}-{PARENT}-01")]);
    }
}

#[test]
fn two_headers_are_none() {
    let relay = Relay::start();
    let parent = format!("traceparent: 00-{TRACE}-{PARENT}-01");
    relay.restarts(&[&parent, "TraceParent: 00-00000000000000000000000000000011-0000000000000012-01"]);
    relay.restarts(&[&parent, &parent]);
    relay.restarts(&[&format!("{parent},00-{TRACE}-{PARENT}-01")]);
}

#[test]
fn a_higher_version_is_read_as_far_as_it_is_known() {
    let relay = Relay::start();
    for version in ["01", "cc", "fe"] {
        for rest in ["", "-", "-what-the-future-holds", "-01-02"] {
            let context = relay.continues(&[&format!("traceparent: {version}-{TRACE}-{PARENT}-01{rest}")]);
            assert_eq!(context.flags, "01", "{version} {rest}");
        }
        for rest in [".", "0", ".future", " -x"] {
            relay.restarts(&[&format!("traceparent: {version}-{TRACE}-{PARENT}-01{rest}")]);
        }
    }
}

#[test]
fn what_is_malformed_is_not_followed() {
    let relay = Relay::start();
    let upper = TRACE.to_uppercase();
    let zero = "0".repeat(32);
    for value in [
        String::new(),
        // Version.
        format!("ff-{TRACE}-{PARENT}-01"),
        format!("FF-{TRACE}-{PARENT}-01"),
        format!("0-{TRACE}-{PARENT}-01"),
        format!("000-{TRACE}-{PARENT}-01"),
        format!(".0-{TRACE}-{PARENT}-01"),
        format!("0.-{TRACE}-{PARENT}-01"),
        format!("0x-{TRACE}-{PARENT}-01"),
        // Anything after version 00.
        format!("00-{TRACE}-{PARENT}-01-"),
        format!("00-{TRACE}-{PARENT}-01."),
        format!("00-{TRACE}-{PARENT}-01-what-the-future-holds"),
        // Trace id.
        format!("00-{zero}-{PARENT}-01"),
        format!("00-{upper}-{PARENT}-01"),
        format!("00-.{}-{PARENT}-01", &TRACE[1..]),
        format!("00-{}.-{PARENT}-01", &TRACE[1..]),
        format!("00-{}-{PARENT}-01", &TRACE[1..]),
        format!("00-{TRACE}0-{PARENT}-01"),
        format!("00--{PARENT}-01"),
        // Parent id.
        format!("00-{TRACE}-{}-01", &zero[..16]),
        format!("00-{TRACE}-{}-01", PARENT.to_uppercase()),
        format!("00-{TRACE}-.{}-01", &PARENT[1..]),
        format!("00-{TRACE}-{}é-01", &PARENT[2..]),
        format!("00-{TRACE}-{}-01", &PARENT[1..]),
        format!("00-{TRACE}-{PARENT}0-01"),
        // Flags.
        format!("00-{TRACE}-{PARENT}-.1"),
        format!("00-{TRACE}-{PARENT}-1."),
        format!("00-{TRACE}-{PARENT}-0A"),
        format!("00-{TRACE}-{PARENT}-1"),
        format!("00-{TRACE}-{PARENT}-001"),
        format!("00-{TRACE}-{PARENT}-"),
        format!("00-{TRACE}-{PARENT}"),
        // Delimiters.
        format!("00_{TRACE}_{PARENT}_01"),
        format!("00 {TRACE} {PARENT} 01"),
        format!("00{TRACE}{PARENT}01"),
    ] {
        let context = relay.context(&[&format!("traceparent: {value}"), "tracestate: foo=1"]);
        assert_ne!(context.trace, TRACE, "{value:?}");
        assert_eq!(context.state, None, "{value:?}: the state belongs to its parent");
    }
}

#[test]
fn the_flags_that_are_known_are_passed_on() {
    let relay = Relay::start();
    for (flags, sent) in
        [("00", "00"), ("01", "01"), ("02", "02"), ("03", "03"), ("04", "00"), ("fc", "00"), ("ff", "03")]
    {
        let context = relay.continues(&[&format!("traceparent: 00-{TRACE}-{PARENT}-{flags}")]);
        assert_eq!(context.flags, sent, "{flags}");
    }
}

#[test]
fn each_call_is_a_span_of_its_own_in_one_trace() {
    let relay = Relay::start();
    for lines in [&[][..], &[format!("traceparent: 00-{TRACE}-{PARENT}-01").as_str(), "tracestate: foo=1"]] {
        let calls = relay.calls(lines, 5);
        let contexts: Vec<_> = calls.iter().map(Context::of).collect();
        let traces: HashSet<_> = contexts.iter().map(|context| &context.trace).collect();
        let spans: HashSet<_> = contexts.iter().map(|context| &context.span).collect();
        assert_eq!((traces.len(), spans.len()), (1, 5), "{contexts:?}");
        let state = lines.get(1).map(|_| "foo=1".to_owned());
        assert!(contexts.iter().all(|context| context.state == state), "{contexts:?}");
    }
}
