use super::*;

fn parse(values: &[&str]) -> (Baggage, BaggageDropped) {
    Baggage::parse(&lines_of("baggage", values))
}

fn clean(value: &str) -> Baggage {
    let (baggage, dropped) = parse(&[value]);
    assert_eq!(dropped, BaggageDropped::default(), "{value}");
    baggage
}

/// The header that goes out when this call has nothing of its own to say.
fn forwarded(baggage: &Baggage) -> String {
    let (header, dropped) = baggage.to_header(&OwnMembers::default());
    assert_eq!(dropped.total(), 0);
    header.map(|value| value.to_str().expect("ascii").to_owned()).unwrap_or_default()
}

#[test]
fn our_members_are_found_and_decoded() {
    for (value, tenant, camera, frame) in [
        ("", None, None, None),
        ("color=red", None, None, None),
        ("its.tenant.id=metro", Some("metro"), None, None),
        ("its.camera.id=c1,its.frame.id=77,its.tenant.id=metro", Some("metro"), Some("c1"), Some("77")),
        (" its.tenant.id \t=\t metro , its.camera.id = c1 ", Some("metro"), Some("c1"), None),
        ("its.tenant.id=", Some(""), None, None),
        ("its.tenant.id=a=b==", Some("a=b=="), None, None),
        ("its.tenant.id=a;x=1 ; y", Some("a"), None, None),
        ("its.tenant.id=Z%C3%BCrich%20%2C%3B%5C%22%25", Some("Zürich ,;\\\"%"), None, None),
        ("its.tenant.id=%e2%82%ac", Some("€"), None, None),
        ("its.tenant.id=a%FFb%C3", Some("a\u{fffd}b\u{fffd}"), None, None),
        ("its.tenant.id=%zz%4", Some("%zz%4"), None, None),
        ("ITS.TENANT.ID=a", None, None, None),
        ("its.tenant.ids=a,xits.tenant.id=b", None, None, None),
        ("its.tenant.id=first,color=red,its.tenant.id=last", Some("last"), None, None),
    ] {
        let baggage = clean(value);
        let found = [baggage.tenant(), baggage.camera(), baggage.frame()];
        assert_eq!(found.each_ref().map(Option::as_deref), [tenant, camera, frame], "{value}");
    }
}

#[test]
fn debug_is_asked_for_by_1_or_true() {
    for (value, expected) in
        [("1", true), ("true", true), ("True", true), ("0", false), ("", false), ("yes", false)]
    {
        assert_eq!(clean(&format!("its.debug={value}")).debug(), expected, "{value}");
    }
    assert!(!Baggage::default().debug());
}

#[test]
fn malformed_members_are_dropped_and_the_rest_kept() {
    for (member, why) in [
        ("novalue", "no equals sign"),
        ("=v", "empty key"),
        ("a b=v", "space in the key"),
        ("k\"=v", "no token"),
        ("ké=v", "non-ascii key"),
        ("k=a b", "space in the value"),
        ("k=\"v\"", "quotes"),
        ("k=a\\b", "backslash"),
        ("k=é", "non-ascii value"),
        ("k=v;", "empty property"),
        ("k=v;p=a b", "space in a property's value"),
        ("k=v;=x", "empty property key"),
        ("k=v;p q", "space in a property's key"),
        ("k;p=v", "properties of no value"),
    ] {
        let (baggage, dropped) = parse(&[&format!("its.tenant.id=t,{member},color=red")]);
        assert_eq!(dropped, BaggageDropped { malformed: 1, ..Default::default() }, "{why}");
        assert_eq!(baggage.tenant().as_deref(), Some("t"), "{why}");
        let (header, _) = baggage.to_header(&OwnMembers { tenant: Some("t"), ..Default::default() });
        assert_eq!(header.expect("members"), "its.tenant.id=t,color=red", "{why}");
    }
}

#[test]
fn lines_are_combined_in_order() {
    let (baggage, dropped) = parse(&["userId=alice", "", "serverNode=DF%2028,isProduction=false"]);
    assert_eq!(dropped.total(), 0);
    assert_eq!(forwarded(&baggage), "userId=alice,serverNode=DF%2028,isProduction=false");
    let (baggage, _) = parse(&["its.camera.id=c1", "x=1,its.tenant.id=t"]);
    assert_eq!((baggage.tenant().as_deref(), baggage.camera().as_deref()), (Some("t"), Some("c1")));
}

#[test]
fn empty_members_are_nothing() {
    for value in ["", " ", ",", " , ,\t"] {
        let baggage = clean(value);
        assert!(baggage.is_empty(), "{value:?}");
        assert_eq!(forwarded(&baggage), "");
    }
    assert_eq!(clean("a=1,,b=2").to_header(&OwnMembers::default()).0.expect("members"), "a=1,,b=2");
}

#[test]
fn the_example_of_the_specification_is_forwarded_byte_for_byte() {
    let value = "key1=value1;property1;property2, key2 = value2, key3=value3; propertyKey=propertyValue";
    assert_eq!(forwarded(&clean(value)), value);
}

#[test]
fn at_most_64_members_are_read() {
    let members = (0..70).map(|i| format!("k{i}=v")).collect::<Vec<_>>();
    assert_eq!(forwarded(&clean(&members[..64].join(","))), members[..64].join(","));
    let (baggage, dropped) = parse(&[&members.join(",")]);
    assert_eq!(dropped, BaggageDropped { over_members: 6, ..Default::default() });
    assert_eq!(forwarded(&baggage), members[..64].join(","));
}

#[test]
fn at_most_8192_bytes_are_read() {
    let value_of = |length: usize| format!("k={}", "v".repeat(length - 2));
    let full = value_of(Baggage::MAX_BYTES);
    assert_eq!(forwarded(&clean(&full)), full);
    for (case, first, second, kept) in [
        ("a byte too much", value_of(Baggage::MAX_BYTES + 1), "a=", "a=".to_owned()),
        ("no room for the comma", value_of(Baggage::MAX_BYTES - 2), "a=", value_of(Baggage::MAX_BYTES - 2)),
    ] {
        let (baggage, dropped) = parse(&[&first, second]);
        assert_eq!(dropped, BaggageDropped { over_bytes: 1, ..Default::default() }, "{case}");
        assert_eq!(forwarded(&baggage), kept, "{case}");
    }
    let fits = value_of(Baggage::MAX_BYTES - 3);
    assert_eq!(forwarded(&parse(&[&fits, "a="]).0), format!("{fits},a="));
}

#[test]
fn whitespace_alone_does_not_reach_the_limit() {
    let padded = format!("a=1,{}b=2", " ".repeat(Baggage::MAX_BYTES));
    assert_eq!(forwarded(&clean(&padded)), "a=1,b=2");
}

#[test]
fn one_clean_line_is_shared_and_looked_up_without_copying() {
    let headers = lines_of("baggage", &["its.tenant.id=metro,its.camera.id=c1"]);
    let (baggage, _) = Baggage::parse(&headers);
    assert!(matches!(baggage.tenant(), Some(std::borrow::Cow::Borrowed("metro"))));
    assert!(matches!(baggage.camera(), Some(std::borrow::Cow::Borrowed("c1"))));
    let own = OwnMembers { tenant: Some("metro"), camera: Some("c1"), frame: None };
    let (header, _) = baggage.to_header(&own);
    assert_eq!(header.expect("members").as_bytes().as_ptr(), headers["baggage"].as_bytes().as_ptr());
}
