//! The history over a registry that lives.

use std::time::Duration;

use super::*;
use crate::Telemetry;
use crate::instruments::{Camera, DropReason};
use crate::observe::{Call, Kind, Outcome, Site};

static DETECT: Site = Site::new(Kind::Inference, "detect", "tests").model("detector");

fn telemetry() -> Telemetry {
    Telemetry::builder("test").ignore_environment().build().expect("telemetry")
}

/// A history that is read whenever it is told to.
struct Watch<'a> {
    telemetry: &'a Telemetry,
    history: History,
}

impl<'a> Watch<'a> {
    fn new(telemetry: &'a Telemetry) -> Self {
        Self { telemetry, history: History::new(Duration::ZERO) }
    }

    fn at(&mut self, seconds: u64) -> &History {
        self.history.update(&self.telemetry.core().registry, Duration::from_secs(seconds));
        &self.history
    }
}

fn calls(telemetry: &Telemetry, outcome: Outcome, count: usize) {
    telemetry.root_scope().in_scope(|| (0..count).for_each(|_| Call::new(&DETECT).start().finish(outcome)));
}

#[test]
fn a_rate_is_that_of_its_window() {
    let telemetry = telemetry();
    let camera = Camera::new(&telemetry.scope("t", "c").expect("scope"));
    let mut watch = Watch::new(&telemetry);
    (0..50).for_each(|_| camera.frame_received(200));
    let first = &watch.at(2).cameras()[0].figures;
    assert_eq!((first.frames, first.bytes), (Some(25.0), Some(5_000.0)));
    (0..50).for_each(|_| camera.frame_received(200));
    camera.frame_dropped(DropReason::Late);
    let second = &watch.at(10).cameras()[0].figures;
    assert_eq!((second.frames, second.drops), (Some(10.0), Some(0.1)));
    // The minute goes by and takes them along; what was counted since the start stays.
    for tick in 3..=20 {
        watch.at(tick * 5);
    }
    let last = &watch.at(100).cameras()[0].figures;
    assert_eq!((last.frames, last.frames_since_start), (Some(0.0), 100.0));
}

#[test]
fn a_steady_rate_stays_the_same_however_often_it_is_looked_at() {
    let telemetry = telemetry();
    let camera = Camera::new(&telemetry.scope("t", "c").expect("scope"));
    let mut watch = Watch::new(&telemetry);
    for second in 1..=400 {
        (0..10).for_each(|_| camera.frame_received(1));
        calls(&telemetry, Outcome::Ok, 10);
        // Every five seconds, as without a visitor, and in between.
        if second % 5 == 0 || second % 7 == 0 {
            let history = watch.at(second);
            assert_eq!(history.cameras()[0].figures.frames, Some(10.0), "at {second} s");
            assert_eq!(history.calls(Table::Models)[0].figures.rate, Some(10.0), "at {second} s");
        }
    }
    let (frames, _) = watch.history.camera_lines();
    assert_eq!(frames, [10.0; 60]);
    assert_eq!(watch.history.calls(Table::Models)[0].rates, [10.0; 60]);
}

#[test]
fn quantiles_and_errors_are_those_of_the_last_minutes() {
    let telemetry = telemetry();
    let mut watch = Watch::new(&telemetry);
    calls(&telemetry, Outcome::Error, 10);
    watch.at(4);
    for tick in 1..=39 {
        watch.at(tick * 5);
        calls(&telemetry, Outcome::Ok, 10);
    }
    let model = &watch.at(200).calls(Table::Models)[0];
    assert_eq!(model.figures.error_ratio, Some(10.0 / 400.0));
    assert_eq!((model.figures.rate, model.figures.failed), (Some(2.0), 10.0));
    assert!(matches!(model.figures.p99, Some(Quantile::Below(_, bound)) if bound == 0.001));
    assert_eq!(model.rates.len(), 40);
    assert_eq!((model.errors[0], model.p95s[0]), (Some(1.0), None));
    for tick in 41..=70 {
        watch.at(tick * 5);
    }
    let model = &watch.at(350).calls(Table::Models)[0];
    assert_eq!(model.figures.error_ratio, Some(0.0), "the errors are older than the window");
    assert_eq!(model.figures.ended, 400.0);
    assert_eq!(watch.history.all_calls(Table::Models).figures.ended, 400.0);
}

#[test]
fn cancelled_calls_are_counted_and_not_judged() {
    let telemetry = telemetry();
    let mut watch = Watch::new(&telemetry);
    calls(&telemetry, Outcome::Ok, 5);
    calls(&telemetry, Outcome::Cancelled, 5);
    let model = &watch.at(4).calls(Table::Models)[0];
    assert_eq!((model.figures.rate, model.figures.error_ratio), (Some(2.5), Some(0.0)));
}

#[test]
fn what_is_in_flight_is_read_now() {
    let telemetry = telemetry();
    let mut watch = Watch::new(&telemetry);
    let call = telemetry.root_scope().in_scope(|| Call::new(&DETECT).start());
    assert_eq!(watch.at(1).calls(Table::Models)[0].figures.in_flight, Some(1.0));
    call.finish(Outcome::Ok);
    assert_eq!(watch.at(2).calls(Table::Models)[0].figures.in_flight, Some(0.0));
}

#[test]
fn following_a_series_does_not_keep_it() {
    let telemetry = telemetry();
    let registry = &telemetry.core().registry;
    let recorder = telemetry.recorder();
    let count = |n| {
        metrics::with_local_recorder(&recorder, || {
            metrics::histogram!("rpc_server_call_duration_seconds", "rpc_method" => "Detect", "outcome" => "ok")
                .record_many(0.1, n);
        });
    };
    let mut watch = Watch::new(&telemetry);
    let camera = Camera::new(&telemetry.scope("t", "gone").expect("scope"));
    camera.frame_received(1);
    count(3);
    assert_eq!((watch.at(1).cameras().len(), watch.history.calls(Table::Routes).len()), (1, 1));
    drop(camera);
    // Orphaned, shown by a scrape, swept.
    registry.sweep();
    telemetry.render(None);
    registry.sweep();
    assert!(watch.at(2).cameras().is_empty());
    let again = Camera::new(&telemetry.scope("t", "gone").expect("scope"));
    again.frame_received(1);
    assert_eq!(watch.at(3).cameras()[0].figures.frames_since_start, 1.0);
    // A metric of the facade is held by its recorder and goes on.
    count(2);
    assert_eq!(watch.at(4).calls(Table::Routes)[0].figures.ended, 5.0);
}

#[test]
fn there_is_a_limit_and_it_is_said() {
    let telemetry = telemetry();
    let mut watch = Watch::new(&telemetry);
    metrics::with_local_recorder(&telemetry.recorder(), || {
        for route in 0..150 {
            metrics::histogram!("http_server_request_duration_seconds",
                "http_route" => format!("/{route:03}"), "outcome" => "ok")
            .record(0.1);
        }
    });
    let history = watch.at(1);
    assert_eq!(history.calls(Table::Routes).len(), Table::LIMIT);
    assert_eq!(history.left_out(), LeftOut { calls: true, cameras: false });
    assert!(history.calls(Table::Models).is_empty());
}
