//! `baggage` is passed on, with a caller or without, within the limits of its specification.

use crate::relay::{PARENT, Relay, TRACE};

#[track_caller]
fn passed_on(relay: &Relay, lines: &[&str]) -> Vec<String> {
    let baggage = relay.context(lines).baggage.unwrap_or_default();
    baggage.split(',').map(str::trim).filter(|member| !member.is_empty()).map(str::to_owned).collect()
}

#[test]
fn members_of_others_are_passed_on_as_they_came() {
    let relay = Relay::start();
    let lines = ["baggage: key1=value1;property1;property2, key2 = value2", "Baggage: key3=%20caf%C3%A9;p=v"];
    assert_eq!(
        passed_on(&relay, &lines),
        ["key1=value1;property1;property2", "key2 = value2", "key3=%20caf%C3%A9;p=v"]
    );
    let caller = format!("traceparent: 00-{TRACE}-{PARENT}-01");
    assert_eq!(passed_on(&relay, &[&caller, "baggage: color=red"]), ["color=red"]);
    assert_eq!(passed_on(&relay, &["traceparent: nonsense", "baggage: color=red"]), ["color=red"]);
    assert_eq!(relay.context(&[]).baggage, None);
    assert_eq!(relay.context(&["baggage:"]).baggage, None);
}

#[test]
fn tenant_camera_and_frame_are_passed_on_as_the_calls_own() {
    let relay = Relay::start();
    let line = "baggage: color=red,its.frame.id=7,its.camera.id=gate-4,its.tenant.id=city-17";
    let mut members = passed_on(&relay, &[line]);
    members.sort();
    assert_eq!(members, ["color=red", "its.camera.id=gate-4", "its.frame.id=7", "its.tenant.id=city-17"]);
    let invalid = passed_on(&relay, &["baggage: its.tenant.id=no%20tenant%22,color=red"]);
    assert_eq!(invalid, ["color=red"]);
}

#[test]
fn malformed_members_are_left_out_one_by_one() {
    let relay = Relay::start();
    for member in
        ["novalue", "=1", "a b=1", "key=a b", "key=\"quoted\"", "key=back\\slash", "key=1;=2", "é=1", "key=é"]
    {
        let line = format!("baggage: first=1,{member},last=2");
        assert_eq!(passed_on(&relay, &[&line]), ["first=1", "last=2"], "{member}");
    }
}

#[test]
fn at_most_64_members_and_8192_bytes() {
    let relay = Relay::start();
    let list = |n: usize| (0..n).map(|i| format!("k{i}=v")).collect::<Vec<_>>();
    assert_eq!(passed_on(&relay, &[&format!("baggage: {}", list(64).join(","))]), list(64));
    assert_eq!(passed_on(&relay, &[&format!("baggage: {}", list(90).join(","))]), list(64));
    let big = format!("big={}", "v".repeat(8192 - 4));
    assert_eq!(passed_on(&relay, &[&format!("baggage: {big}")]), std::slice::from_ref(&big));
    assert_eq!(passed_on(&relay, &[&format!("baggage: {big}v,small=1")]), ["small=1"]);
    let lines: Vec<String> = (0..9).map(|i| format!("baggage: k{i}={}", "v".repeat(1000))).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!(passed_on(&relay, &lines).len(), 8);
}
