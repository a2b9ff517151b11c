//! A budget for each tenant, up to a limit.

use its_slo::{OTHER_TENANT, Slo};

use crate::support::Bench;

#[test]
fn tenants_have_budgets_of_their_own_and_late_ones_share() {
    let bench = Bench::new(Slo::availability("detect").per_tenant(2).build().expect("objective"));
    let tracker = |tenant| bench.slos.tracker("detect", tenant).expect("tracker");
    tracker(Some("amsterdam")).record(false);
    tracker(Some("berlin")).record(true);
    tracker(Some("cairo")).record(true);
    tracker(Some("delhi")).record(true);
    tracker(None).record(true);
    let events = |tenant| {
        let events = tracker(Some(tenant)).events();
        (events.good, events.bad)
    };
    assert_eq!(events("amsterdam"), (0, 1));
    assert_eq!(events("berlin"), (1, 0));
    assert_eq!(events(OTHER_TENANT), (3, 0));
    assert_eq!(tracker(Some("cairo")).tenant(), Some(OTHER_TENANT));
    let shown: Vec<_> = bench.slos.snapshot().into_iter().map(|snapshot| snapshot.tenant).collect();
    assert_eq!(shown, [Some("_other".into()), Some("amsterdam".into()), Some("berlin".into())]);
}

#[test]
fn without_grouping_the_tenant_makes_no_difference() {
    let bench = Bench::new(Slo::availability("detect").build().expect("objective"));
    bench.slos.tracker("detect", Some("amsterdam")).expect("tracker").record(true);
    assert_eq!((bench.tracker.events().good, bench.tracker.tenant()), (1, None));
    assert!(bench.slos.tracker("unknown", None).is_none());
}
