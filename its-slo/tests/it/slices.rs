//! Time slices, each good or bad as a whole.

use std::time::Duration;

use its_slo::checkpoint::GapPolicy;
use its_slo::objective::Budgeting;
use its_slo::{Counts, Slo, State};

use crate::support::{Bench, close, hours, minutes};

const SLICE: Duration = Duration::from_secs(60);

fn counts(bench: &Bench) -> (u64, u64) {
    let Counts { good, bad } = bench.tracker.slices().expect("slices");
    (good, bad)
}

#[test]
fn a_slice_is_good_with_enough_frames() {
    let bench = Bench::new(Slo::throughput("fps", 24.0).target(0.99).build().expect("objective"));
    // 125 in five seconds are 25 a second, 115 are 23.
    bench.pass_with(minutes(10), |tracker| tracker.record_items(125));
    bench.pass_with(minutes(5), |tracker| tracker.record_items(115));
    bench.pass(minutes(2));
    // The first slice is that which begins with the first boundary after the start.
    assert_eq!(counts(&bench), (9, 7), "no frames at all are bad too");
    assert!(close(bench.tracker.error_ratio(minutes(5)), 1.0));
}

#[test]
fn a_probe_that_is_silent_says_nothing() {
    let bench = Bench::new(Slo::probe("up").target(0.99).build().expect("objective"));
    bench.pass_with(minutes(4), |tracker| tracker.record(true));
    bench.pass(minutes(3));
    bench.tracker.record(true);
    bench.tracker.record(false);
    bench.pass(minutes(1));
    assert_eq!(counts(&bench), (3, 1));
    bench.pass(hours(2));
    assert_eq!(bench.tracker.state(), State::Exhausted);
}

#[test]
fn slices_of_events_are_judged_by_their_share() {
    let budgeting = Budgeting::Timeslices { slice: SLICE, target: 0.9 };
    let bench = Bench::new(Slo::availability("detect").budgeting(budgeting).build().expect("objective"));
    bench.pass(minutes(1));
    for (good, bad) in [(9, 1), (89, 11), (0, 0), (5, 0)] {
        bench.count(good, bad);
        bench.pass(minutes(1));
    }
    assert_eq!(counts(&bench), (2, 1), "the slice without events is not counted");
}

#[test]
fn a_gap_is_ignored_or_bad() {
    for (policy, bad) in [(GapPolicy::Ignore, 0), (GapPolicy::CountAsBad, 30)] {
        let slo = Slo::throughput("fps", 24.0).build().expect("objective");
        let bench = Bench::with(slo, |builder| builder.gaps(policy));
        bench.pass_with(minutes(2), |tracker| tracker.record_items(150));
        bench.clock.advance(minutes(30));
        bench.slos.tick();
        assert_eq!(counts(&bench), (1, bad), "{policy:?}");
        bench.pass_with(minutes(3), |tracker| tracker.record_items(150));
        assert_eq!(counts(&bench), (3, bad), "{policy:?}");
    }
}
