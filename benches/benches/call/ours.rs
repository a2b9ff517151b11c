//! This crate.

use its_benches::Case;
use its_benches::frame::{Detections, Frame, InferError, frames, infer, now};
use its_telemetry::{Scope, Telemetry, TelemetryBuilder, Traces, instrument_inference};

use crate::repeat;
use crate::spans::Nowhere;

#[instrument_inference(model = "yolo-v8n")]
async fn infer_ours(frame: &Frame) -> Result<Detections, InferError> {
    infer(frame).await
}

fn telemetry() -> Telemetry {
    builder().install().expect("telemetry")
}

/// As a service has it, but the spans go nowhere.
pub(crate) fn builder() -> TelemetryBuilder {
    Telemetry::builder("bench").ignore_environment().sampling_ratio(0.01).traces(Traces::exporter(Nowhere))
}

fn scopes(telemetry: &Telemetry) -> Vec<Scope> {
    frames().iter().map(|frame| telemetry.scope(&frame.tenant, &frame.camera).expect("scope")).collect()
}

/// Inside the scope of the camera, one call in a hundred sampled.
pub(crate) fn call(case: &Case) {
    let telemetry = telemetry();
    let scopes = scopes(&telemetry);
    case.calls(|frame, times| {
        scopes[frame.index].in_scope(|| repeat(times, || now(infer_ours(frame))));
    });
}

/// The same, and the scope of the camera is entered for each call.
pub(crate) fn entering_scope(case: &Case) {
    let telemetry = telemetry();
    let scopes = scopes(&telemetry);
    case.calls(|frame, times| {
        repeat(times, || scopes[frame.index].in_scope(|| now(infer_ours(frame))));
    });
}

/// No call is sampled.
pub(crate) fn unsampled(case: &Case) {
    let telemetry = builder().sampling_ratio(0.0).install().expect("telemetry");
    let scopes = scopes(&telemetry);
    case.calls(|frame, times| {
        scopes[frame.index].in_scope(|| repeat(times, || now(infer_ours(frame))));
    });
}

/// Without tenant and camera.
pub(crate) fn no_scope(case: &Case) {
    let _telemetry = telemetry();
    case.calls(|frame, times| repeat(times, || now(infer_ours(frame))));
}

/// Nothing is installed.
pub(crate) fn disabled(case: &Case) {
    case.calls(|frame, times| repeat(times, || now(infer_ours(frame))));
}

pub(crate) fn same_camera(case: &Case) {
    two_threads(case, true);
}

pub(crate) fn different_cameras(case: &Case) {
    two_threads(case, false);
}

fn two_threads(case: &Case, same_camera: bool) {
    let telemetry = telemetry();
    let scopes = scopes(&telemetry);
    case.two_threads(same_camera, |frame, times| {
        scopes[frame.index].in_scope(|| repeat(times, || now(infer_ours(frame))));
    });
}
