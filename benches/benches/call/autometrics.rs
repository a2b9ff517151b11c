//! autometrics with its `prometheus` backend. Its labels are all known at compile time: no tenant, no camera.

use autometrics::{autometrics, prometheus_exporter};
use its_benches::Case;
use its_benches::frame::{Detections, Frame, InferError, infer, now};

use crate::repeat;

pub(crate) fn call(case: &Case) {
    prometheus_exporter::init();
    case.calls(|frame, times| repeat(times, || now(infer_autometrics(frame))));
}

#[autometrics(track_concurrency)]
async fn infer_autometrics(frame: &Frame) -> Result<Detections, InferError> {
    infer(frame).await
}
