//! Without the feature `enabled` an attribute leaves the bare function.

use its_telemetry::testing::TestTelemetry;
use its_telemetry::{assert_metric, instrument_inference};

#[instrument_inference(model = "yolo", batch = frames.len())]
fn infer(frames: &[u8]) -> usize {
    frames.len()
}

#[test]
fn nothing_is_recorded() {
    let test = TestTelemetry::new();
    assert_eq!(test.scope("city-17", "junction-4").in_scope(|| infer(b"frame")), 5);
    assert_metric!(test, "its_inference_requests_total" == 0);
    assert_eq!(test.non_zero(), Vec::<String>::new());
}
