//! Windows, budget, states.

use std::time::Duration;

use its_slo::objective::Window;
use its_slo::{Slo, State, Tracker};

use crate::support::{Bench, close, days, hours, minutes};

fn bench() -> Bench {
    Bench::new(Slo::availability("detect").target(0.999).build().expect("objective"))
}

#[test]
fn windows_count_what_happened_in_them() {
    let bench = bench();
    bench.count(90, 10);
    bench.pass(minutes(10));
    bench.count(199, 1);
    bench.pass(minutes(4));
    let (five, hour) = (bench.tracker.window(minutes(5)), bench.tracker.window(hours(1)));
    assert_eq!((five.good, five.bad), (199.0, 1.0));
    assert_eq!((hour.good, hour.bad), (289.0, 11.0));
    assert!(close(bench.tracker.error_ratio(minutes(5)), 0.005));
    assert!(close(bench.tracker.burn_rate(minutes(5)), 5.0));
}

#[test]
fn what_happened_since_the_last_tick_counts() {
    let bench = bench();
    bench.pass(minutes(1));
    bench.count(9, 1);
    assert_eq!(bench.tracker.window(minutes(5)).total(), 10.0);
}

#[test]
fn the_budget_is_weighted_by_events_and_may_be_overspent() {
    let bench = bench();
    bench.count(999, 1);
    assert!(close(bench.tracker.budget_remaining(), 0.0));
    bench.count(0, 1_000);
    assert!(bench.tracker.budget_remaining().is_some_and(|left| left < -400.0), "not clamped");
    assert_eq!(bench.tracker.time_to_exhaustion(), Some(Duration::ZERO));
}

#[test]
fn the_time_to_exhaustion_is_at_the_pace_of_the_last_hour() {
    let bench = bench();
    bench.count(1_000_000, 0);
    bench.pass(hours(2));
    assert_eq!(bench.tracker.time_to_exhaustion(), None, "nothing happens");
    bench.count(995, 5);
    // Five times too fast, and 1 - 5/1001 of the budget left.
    let left = bench.tracker.budget_remaining().expect("events");
    let expected = days(30).as_secs_f64() * left / 5.0;
    let found = bench.tracker.time_to_exhaustion().expect("burning").as_secs_f64();
    assert!((found / expected - 1.0).abs() < 1e-9, "{found} {expected}");
}

#[test]
fn states_are_told_apart() {
    let bench = bench();
    assert_eq!(bench.tracker.state(), State::NoData);
    bench.count(1_000_000, 0);
    bench.pass(minutes(5));
    assert_eq!(bench.tracker.state(), State::Ok);
    bench.pass(hours(1));
    assert_eq!(bench.tracker.state(), State::NoTraffic);
    bench.count(900, 100);
    bench.pass(minutes(1));
    assert_eq!(bench.tracker.state(), State::Burning);
    bench.count(0, 10_000);
    assert_eq!(bench.tracker.state(), State::Exhausted);
    // All but an hour of a month later the events have left the window.
    bench.pass(days(31));
    assert_eq!(bench.tracker.state(), State::NoData);
}

#[test]
fn the_history_grows_with_the_time_and_leaves_out_gaps() {
    let bench = bench();
    assert_eq!(bench.tracker.history(), Duration::ZERO);
    bench.pass(hours(1));
    assert_eq!(bench.tracker.history(), hours(1));
    // The host sleeps for two hours.
    bench.clock.advance(hours(2));
    bench.slos.tick();
    bench.pass(hours(1));
    assert_eq!(bench.tracker.history(), hours(2));
}

#[test]
fn a_clock_that_is_set_back_makes_no_events_and_loses_none() {
    let bench = bench();
    bench.pass(hours(1));
    bench.count(90, 10);
    bench.pass(minutes(1));
    bench.clock.set_wall(crate::support::start() - hours(3));
    bench.pass(minutes(10));
    bench.count(1, 0);
    bench.slos.tick();
    let hour = bench.tracker.window(hours(1));
    assert_eq!((hour.good, hour.bad), (91.0, 10.0));
    assert_eq!(bench.slos.clock_steps_back(), 1);
    bench.pass(hours(1) + minutes(1));
    assert_eq!(bench.tracker.window(hours(1)).total(), 0.0, "time goes on");
}

#[test]
fn a_latency_is_compared_to_the_nanosecond() {
    let threshold = Duration::from_millis(100);
    let bench = Bench::new(Slo::latency("fast", threshold).target(0.95).build().expect("objective"));
    bench.tracker.record_latency(threshold);
    bench.tracker.record_latency(threshold + Duration::from_nanos(1));
    let events = bench.tracker.events();
    assert_eq!((events.good, events.bad), (1, 1));
}

#[test]
fn the_memory_stays_within_what_is_promised() {
    let levels = [(5, 128), (60, 1_500), (600, 512), (3_600, 768)];
    let rings: usize = levels.iter().map(|(_, slots): &(u64, usize)| slots * 16).sum();
    assert!(
        rings + std::mem::size_of::<Tracker>() + 1_024 <= Tracker::BYTES,
        "{rings} {}",
        std::mem::size_of::<Tracker>()
    );
}

#[test]
fn a_short_window_answers_too() {
    let slo = Slo::events("hourly").target(0.9).window(Window::Rolling(hours(1))).build().expect("objective");
    let bench = Bench::new(slo);
    bench.count(95, 5);
    assert!(close(bench.tracker.budget_remaining(), 0.5));
    bench.pass(hours(1) + minutes(1));
    assert_eq!(bench.tracker.budget_remaining(), None);
}
