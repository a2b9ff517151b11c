//! Tiers fire, do not fire, and resolve.

use std::sync::{Arc, Mutex};

use its_slo::Slo;
use its_slo::alert::Alert;
use its_slo::objective::{Alerting, Severity};

use crate::support::{Bench, hours, minutes};

/// A bench, and the alerts it told of.
fn bench(alerting: Alerting) -> (Bench, Arc<Mutex<Vec<Alert>>>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let slo = Slo::availability("detect").alerting(alerting).build().expect("objective");
    let on_alert = move |alert: &Alert| tell.lock().expect("told").push(alert.clone());
    (Bench::with(slo, |builder| builder.on_alert(on_alert)), told)
}

fn names(told: &Mutex<Vec<Alert>>) -> Vec<(String, bool)> {
    told.lock().expect("told").iter().map(|alert| (alert.tier.clone(), alert.firing)).collect()
}

fn pass(bench: &Bench, minutes_: u64, good: u64, bad: u64) {
    bench.pass_with(minutes(minutes_), |tracker| {
        tracker.record_items(good);
        (0..bad).for_each(|_| tracker.record(false));
    });
}

#[test]
fn an_outage_pages_fast_and_resolves_when_it_is_over() {
    let (bench, told) = bench(Alerting::standard().and_flash());
    pass(&bench, 120, 1_000, 0);
    assert_eq!(names(&told), []);
    pass(&bench, 2, 0, 1_000);
    let fired = names(&told);
    let place = |tier: &str| fired.iter().position(|(fired, _)| fired == tier).expect(tier);
    assert!(place("flash") < place("page_fast"), "{fired:?}");
    assert_eq!(told.lock().expect("told")[place("flash")].severity, Severity::Page);
    pass(&bench, 8 * 60, 1_000, 0);
    let resolved: Vec<_> = names(&told).into_iter().filter(|(_, firing)| !firing).collect();
    assert!(resolved.contains(&("flash".into(), false)) && resolved.contains(&("page_fast".into(), false)));
}

#[test]
fn a_burn_at_the_edge_does_not_fire() {
    let (bench, told) = bench(Alerting::standard());
    // 14 bad ones in 1,000 burn 14 times too fast: a ticket and a slow page, and no fast one.
    pass(&bench, 70, 986, 14);
    assert!(!names(&told).iter().any(|(tier, _)| tier == "page_fast"), "{:?}", names(&told));
    pass(&bench, 60, 984, 16);
    assert!(names(&told).contains(&("page_fast".into(), true)));
}

#[test]
fn the_short_window_ends_a_page_when_the_burn_is_over() {
    let (bench, told) = bench(Alerting::standard());
    pass(&bench, 60, 900, 100);
    assert!(names(&told).contains(&("page_fast".into(), true)));
    pass(&bench, 6, 1_000, 0);
    assert!(names(&told).contains(&("page_fast".into(), false)), "an hour still has 14.4 times too many");
}

#[test]
fn few_events_do_not_page() {
    let (bench, told) = bench(Alerting::standard());
    bench.count(7, 2);
    bench.pass(minutes(1));
    assert_eq!(names(&told), []);
    bench.count(0, 1);
    bench.pass(minutes(1));
    assert!(!names(&told).is_empty(), "ten events, three of them bad");
}

#[test]
fn what_fires_keeps_firing_a_little_below() {
    let (bench, told) = bench(Alerting::standard());
    pass(&bench, 61, 985, 15);
    let fired = names(&told).len();
    // Over the hour the burn rate falls to 14, below 14.4 and above nine tenths of it.
    pass(&bench, 60, 986, 14);
    assert_eq!(names(&told).len(), fired);
    pass(&bench, 60, 988, 12);
    assert!(names(&told).contains(&("page_fast".into(), false)));
}

#[test]
fn a_subscriber_that_panics_hurts_nobody_else() {
    let told = Arc::new(Mutex::new(0));
    let tell = Arc::clone(&told);
    let slo = Slo::availability("detect").build().expect("objective");
    let bench = Bench::with(slo, |builder| {
        builder.on_alert(|_| panic!("a subscriber's own")).on_alert(move |_| *tell.lock().expect("told") += 1)
    });
    bench.count(0, 100);
    bench.pass(hours(1));
    assert!(*told.lock().expect("told") > 0);
    assert!(bench.tracker.window(hours(2)).bad > 0.0, "the ticks went on");
}
