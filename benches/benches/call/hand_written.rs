//! What a service writes by hand: the macros of `metrics` with the labels of each call, and `#[tracing::instrument]`
//! exported through OpenTelemetry.

use std::thread;
use std::time::{Duration, Instant};

use its_benches::Case;
use its_benches::frame::{BUCKETS, Detections, Frame, InferError, MODEL, infer, now};
use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::PrometheusBuilder;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{repeat, spans};

pub(crate) fn call(case: &Case) {
    let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).expect("bounds");
    let recorder = builder.install_recorder().expect("recorder");
    // The exporter does this every 5 s; at the rate of a benchmark as many samples are there after 250 ms.
    thread::spawn(move || {
        loop {
            thread::sleep(Duration::from_millis(250));
            recorder.run_upkeep();
        }
    });
    let layer = tracing_opentelemetry::layer().with_tracer(spans::tracer(0.01));
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer)).expect("subscriber");
    case.calls(|frame, times| repeat(times, || now(infer_by_hand(frame))));
}

#[tracing::instrument(name = "infer", skip_all, fields(
    tenant = frame.tenant.as_str(), camera = frame.camera.as_str(), model = MODEL
))]
async fn infer_by_hand(frame: &Frame) -> Result<Detections, InferError> {
    let in_flight = gauge!("infer_in_flight",
        "tenant" => frame.tenant.clone(), "camera" => frame.camera.clone(), "model" => MODEL);
    in_flight.increment(1.0);
    let start = Instant::now();
    let result = infer(frame).await;
    let seconds = start.elapsed().as_secs_f64();
    let outcome = if result.is_ok() { "ok" } else { "error" };
    histogram!("infer_duration_seconds", "tenant" => frame.tenant.clone(),
        "camera" => frame.camera.clone(), "model" => MODEL, "outcome" => outcome)
    .record(seconds);
    counter!("infer_requests_total", "tenant" => frame.tenant.clone(),
        "camera" => frame.camera.clone(), "model" => MODEL, "outcome" => outcome)
    .increment(1);
    in_flight.decrement(1.0);
    result
}
