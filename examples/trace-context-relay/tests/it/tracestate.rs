//! Which `tracestate` is passed on.

use crate::relay::{PARENT, Relay, TRACE};

fn caller() -> String {
    format!("traceparent: 00-{TRACE}-{PARENT}-00")
}

/// What is passed on of these lines, in the caller's trace.
#[track_caller]
fn passed_on(relay: &Relay, lines: &[&str]) -> Option<String> {
    let caller = caller();
    let mut all = vec![caller.as_str()];
    all.extend(lines);
    relay.continues(&all).state
}

/// As a list of members, without the whitespace between them.
#[track_caller]
fn members(relay: &Relay, lines: &[&str]) -> Vec<String> {
    let state = passed_on(relay, lines).unwrap_or_default();
    state.split(',').map(str::trim).filter(|member| !member.is_empty()).map(str::to_owned).collect()
}

#[test]
fn it_belongs_to_a_caller() {
    let relay = Relay::start();
    relay.restarts(&["tracestate: foo=1"]);
    relay.restarts(&["tracestate: foo=1,bar=2", "tracestate: baz=3"]);
    assert_eq!(passed_on(&relay, &[]), None);
}

#[test]
fn members_are_passed_on_in_their_order() {
    let relay = Relay::start();
    assert_eq!(members(&relay, &["tracestate: foo=1,bar=2"]), ["foo=1", "bar=2"]);
    for name in ["TraceState", "TRACESTATE"] {
        assert_eq!(members(&relay, &[&format!("{name}: foo=1")]), ["foo=1"]);
    }
    for name in ["trace-state", "trace.state"] {
        assert_eq!(members(&relay, &[&format!("{name}: foo=1")]), [""; 0]);
    }
    let lines = ["tracestate: foo=1,bar=2", "TraceState: rojo=1,congo=2", "tracestate: baz=3"];
    assert_eq!(members(&relay, &lines), ["foo=1", "bar=2", "rojo=1", "congo=2", "baz=3"]);
}

#[test]
fn empty_members_and_whitespace_are_nothing() {
    let relay = Relay::start();
    for lines in
        [&["tracestate:"][..], &["tracestate: ,"], &["tracestate: , ,,"], &["tracestate:", "tracestate: "]]
    {
        assert_eq!(members(&relay, lines), [""; 0], "{lines:?}");
    }
    for lines in [
        &["tracestate:foo=1"][..],
        &["tracestate: \t foo=1 \t"],
        &["tracestate:", "tracestate: foo=1"],
        &["tracestate: foo=1", "tracestate:"],
        &["tracestate: foo=1,"],
        &["tracestate: ,foo=1,,"],
    ] {
        assert_eq!(members(&relay, lines), ["foo=1"], "{lines:?}");
    }
    for list in ["foo=1 , bar=2", "foo=1,\tbar=2", "foo=1 \t ,\t bar=2", "foo=1,,bar=2", "foo=1, ,\t,bar=2"] {
        assert_eq!(members(&relay, &[&format!("tracestate: {list}")]), ["foo=1", "bar=2"], "{list:?}");
    }
}

/// Who adds a key has to take care; who passes them on need not.
#[test]
fn keys_that_occur_twice_are_the_business_of_who_sent_them() {
    let relay = Relay::start();
    for lines in [
        &["tracestate: foo=1,foo=1"][..],
        &["tracestate: foo=1,foo=2"],
        &["tracestate: foo=1", "tracestate: foo=1"],
        &["tracestate: foo=1", "tracestate: foo=2"],
    ] {
        let members = members(&relay, lines);
        assert!(members.contains(&"foo=1".to_owned()), "{lines:?}: {members:?}");
    }
}

#[test]
fn keys() {
    let relay = Relay::start();
    let (longest, tenant) = ("z".repeat(256), format!("{}@{}", "t".repeat(241), "v".repeat(14)));
    for key in [
        "a",
        "1",
        "abcdefghijklmnopqrstuvwxyz0123456789_-*/",
        "fw529a3039@dt",
        "0tenant@system",
        &longest,
        &tenant,
    ] {
        let member = format!("{key}=1");
        assert_eq!(members(&relay, &[&format!("tracestate: foo=1,{member}")]), ["foo=1", &member], "{key}");
    }
    let (too_long, long_tenant, long_system) =
        ("z".repeat(257), format!("{}@v", "t".repeat(242)), format!("t@{}", "v".repeat(15)));
    for key in [
        "",
        "foo ",
        "FOO",
        "foo.bar",
        "-foo",
        "foo@",
        "@foo",
        "foo@@bar",
        "foo@bar@baz",
        "é",
        &too_long,
        &long_tenant,
        &long_system,
    ] {
        let lines = format!("tracestate: {key}=1,bar=2");
        assert_eq!(passed_on(&relay, &[&lines]), None, "{key}: the whole list is discarded");
    }
}

#[test]
fn values() {
    let relay = Relay::start();
    let longest = "v".repeat(256);
    let printable: String = (0x21..0x7f).map(char::from).filter(|c| !matches!(c, ',' | '=')).collect();
    for value in ["1", "a b", &printable, &longest] {
        let member = format!("bar={value}");
        assert_eq!(members(&relay, &[&format!("tracestate: foo=1,{member}")]), ["foo=1", &member], "{value}");
    }
    let too_long = "v".repeat(257);
    for value in ["", "a=b", "é", "a\tb", &too_long] {
        assert_eq!(passed_on(&relay, &[&format!("tracestate: bar={value},foo=1")]), None, "{value:?}");
    }
    assert_eq!(passed_on(&relay, &["tracestate: foo=1,bar"]), None, "no value at all");
}

#[test]
fn at_most_32_members_and_at_least_512_characters() {
    let relay = Relay::start();
    let list = |n: usize| (1..=n).map(|i| format!("bar{i:02}={i:02}")).collect::<Vec<_>>();
    assert_eq!(members(&relay, &[&format!("tracestate: {}", list(32).join(","))]), list(32));
    assert_eq!(passed_on(&relay, &[&format!("tracestate: {}", list(33).join(","))]), None);
    let in_lines = |n: usize| {
        let list = list(n);
        let lines: Vec<_> = list.chunks(5).map(|line| format!("tracestate: {}", line.join(","))).collect();
        members(&relay, &lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert_eq!(in_lines(32), list(32));
    assert_eq!(in_lines(33), [""; 0]);
    let long = format!("foo={},bar={},baz={}", "1".repeat(200), "2".repeat(200), "3".repeat(98));
    assert_eq!(long.len(), 512);
    assert_eq!(passed_on(&relay, &[&format!("tracestate: {long}")]), Some(long));
}
