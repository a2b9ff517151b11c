use super::*;

fn send(received: &str, own: OwnMembers<'_>) -> (String, BaggageDropped) {
    let (baggage, dropped) = Baggage::parse(&lines_of("baggage", &[received]));
    assert_eq!(dropped.total(), 0, "{received}");
    let (header, dropped) = baggage.to_header(&own);
    (header.map(|value| value.to_str().expect("ascii").to_owned()).unwrap_or_default(), dropped)
}

const NONE: OwnMembers<'_> = OwnMembers { tenant: None, camera: None, frame: None };

#[test]
fn ours_are_replaced_and_added_and_others_stay() {
    let t = OwnMembers { tenant: Some("t"), ..NONE };
    let all = OwnMembers { tenant: Some("t"), camera: Some("c"), frame: Some("f") };
    for (case, received, own, sent) in [
        ("nothing", "", NONE, ""),
        ("added to nothing", "", all, "its.tenant.id=t,its.camera.id=c,its.frame.id=f"),
        ("added", "a=1;p=2;q , b = %20", t, "its.tenant.id=t,a=1;p=2;q,b = %20"),
        ("replaced", "a=1,its.tenant.id=other,b=2", t, "its.tenant.id=t,a=1,b=2"),
        ("unchanged, in place", "a=1,its.tenant.id=t,b=2", t, "a=1,its.tenant.id=t,b=2"),
        ("unchanged, encoded in another way", "its.tenant.id=%74", t, "its.tenant.id=%74"),
        ("not received ones are removed", "a=1,its.camera.id=c", NONE, "a=1"),
        ("removed, nothing left", "its.frame.id=9", NONE, ""),
        ("duplicates of ours become one", "its.tenant.id=x,a=1,its.tenant.id=t", t, "its.tenant.id=t,a=1"),
        ("properties of ours are removed", "its.tenant.id=t;p=1,a=1", t, "its.tenant.id=t,a=1"),
        ("duplicates of others stay", "a=1,b=2,a=3", t, "its.tenant.id=t,a=1,b=2,a=3"),
        ("debug is passed on", "its.debug=1", t, "its.tenant.id=t,its.debug=1"),
        ("an empty value is a value", "", OwnMembers { frame: Some(""), ..NONE }, "its.frame.id="),
    ] {
        assert_eq!(send(received, own), (sent.into(), BaggageDropped::default()), "{case}");
    }
}

#[test]
fn values_are_percent_encoded() {
    let tenant = "Zürich, ;\\\"%+=\r\n\u{0}/:";
    let (sent, _) = send("", OwnMembers { tenant: Some(tenant), ..NONE });
    assert_eq!(sent, "its.tenant.id=Z%C3%BCrich%2C%20%3B%5C%22%25%2B%3D%0D%0A%00/:");
}

#[test]
fn stripped_at_a_trust_boundary() {
    let (header, _) = Baggage::default().to_header(&OwnMembers { tenant: Some("t"), ..NONE });
    assert_eq!(header.expect("members"), "its.tenant.id=t");
    assert_eq!(Baggage::default().to_header(&NONE).0, None);
}

#[test]
fn ours_displace_the_last_of_the_others() {
    let others = (0..64).map(|i| format!("k{i}=v")).collect::<Vec<_>>();
    let own = OwnMembers { tenant: Some("t"), camera: Some("c"), frame: None };
    let (sent, dropped) = send(&others.join(","), own);
    assert_eq!(sent, format!("its.tenant.id=t,its.camera.id=c,{}", others[..62].join(",")));
    assert_eq!(dropped, BaggageDropped { over_members: 2, ..Default::default() });
}

#[test]
fn from_the_first_that_does_not_fit_the_others_are_dropped() {
    let received = format!("a=1,long={},b=2", "v".repeat(8170));
    let (sent, dropped) = send(&received, OwnMembers { tenant: Some("t"), ..NONE });
    assert_eq!(sent, "its.tenant.id=t,a=1");
    assert_eq!(dropped, BaggageDropped { over_bytes: 2, ..Default::default() });
}

#[test]
fn ours_that_do_not_fit_are_dropped_too() {
    let long = "é".repeat(Baggage::MAX_BYTES);
    let (sent, dropped) = send("a=1", OwnMembers { tenant: Some(&long), camera: Some("c"), frame: None });
    assert_eq!(sent, "its.camera.id=c,a=1");
    assert_eq!(dropped, BaggageDropped { over_bytes: 1, ..Default::default() });
}
