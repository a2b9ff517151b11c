//! This project.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use its_benches::frame::{Detections, Frame, InferError, infer, now};
use its_benches::{Case, alloc};
use its_telemetry::slo::{Slo, Slos, Tracker};
use its_telemetry::{Telemetry, TelemetryBuilder, instrument_inference};

use crate::{events, one, two};

fn tracker() -> Arc<Tracker> {
    let slo = Slo::availability("detect").build().expect("objective");
    let slos = Slos::builder().slo(slo).build().expect("objectives");
    slos.tracker("detect", None).expect("tracker")
}

pub(crate) fn record(case: &Case) {
    let tracker = tracker();
    one(case, |good| tracker.record(good));
}

/// With the comparison of a duration.
pub(crate) fn record_latency(case: &Case) {
    let slo = Slo::latency("fast", Duration::from_millis(100)).build().expect("objective");
    let slos = Slos::builder().slo(slo).build().expect("objectives");
    let tracker = slos.tracker("fast", None).expect("tracker");
    case.calls(|_, times| events(times, |good| tracker.record_nanos(if good { 1_000 } else { u64::MAX })));
}

pub(crate) fn two_threads(case: &Case) {
    let tracker = tracker();
    two(case, |good| tracker.record(good));
}

/// The heap of one objective.
pub(crate) fn bytes(case: &Case) {
    let mut kept = None;
    let heap = alloc::heap(|| kept = Some(tracker()));
    case.report("heap", heap.grown as f64);
    drop(black_box(kept));
}

#[instrument_inference(model = "yolo-v8n")]
async fn infer_plain(frame: &Frame) -> Result<Detections, InferError> {
    infer(frame).await
}

#[instrument_inference(model = "yolo-v8n", slo = "detect")]
async fn infer_for_slo(frame: &Frame) -> Result<Detections, InferError> {
    infer(frame).await
}

fn telemetry() -> TelemetryBuilder {
    Telemetry::builder("bench").ignore_environment().sampling_ratio(0.0)
}

/// An instrumented call that counts for no objective.
pub(crate) fn call(case: &Case) {
    let telemetry = telemetry().build().expect("telemetry");
    let scope = telemetry.scope("tenant", "camera").expect("scope");
    case.calls(|frame, times| {
        scope.in_scope(|| (0..times).for_each(|_| drop(black_box(now(infer_plain(frame))))))
    });
}

/// The same call, counted for availability and for latency.
pub(crate) fn call_with_slo(case: &Case) {
    let availability = Slo::availability("detect").build().expect("objective");
    let latency = Slo::latency("detect-fast", Duration::from_millis(100)).calls_of("detect");
    let slos = Slos::builder().slo(availability).slo(latency.build().expect("objective"));
    let telemetry = telemetry().slos(slos).build().expect("telemetry");
    let scope = telemetry.scope("tenant", "camera").expect("scope");
    case.calls(|frame, times| {
        scope.in_scope(|| (0..times).for_each(|_| drop(black_box(now(infer_for_slo(frame))))))
    });
}
