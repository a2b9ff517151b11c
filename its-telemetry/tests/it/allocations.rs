//! Steady-state calls allocate nothing.

use its_telemetry::testing::TestTelemetry;
use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};

use crate::support::allocator::measure;

#[instrument_inference(model = "yolo", version = "8")]
fn infer(n: u64) -> Result<u64, String> {
    if n == u64::MAX { Err("overflow".into()) } else { Ok(n + 1) }
}

#[instrument_inference(model = "yolo", version = "8")]
async fn infer_async(n: u64) -> Result<u64, String> {
    tokio::task::yield_now().await;
    if n == u64::MAX { Err("overflow".into()) } else { Ok(n + 1) }
}

#[instrument_camera(stage = "decode")]
fn decode(n: u64) -> Option<u64> {
    n.checked_add(1)
}

#[instrument_stage(name = "publish")]
fn publish(n: u64) -> u64 {
    n
}

#[instrument_inference(model = model, batch = 4)]
fn infer_with(model: &str, n: u64) -> u64 {
    n + model.len() as u64
}

fn poll_to_end<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut task = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(result) = future.as_mut().poll(&mut task) {
            return result;
        }
    }
}

#[test]
fn an_unsampled_call_in_a_scope_allocates_nothing() {
    let test = TestTelemetry::with(|builder| builder.sampling_ratio(0.0));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    let _context = runtime.enter();
    let calls = || {
        infer(1).expect("ok");
        poll_to_end(infer_async(1)).expect("ok");
        decode(1);
        publish(1);
        infer_with("resnet", 1);
    };
    test.scope("city-17", "junction-4").in_scope(|| {
        // The first calls make the series and fill the list of slowest calls.
        (0..100).for_each(|_| calls());
        let ((), count, _) = measure(|| (0..1_000).for_each(|_| calls()));
        assert_eq!(count, 0, "allocations in 5,000 calls");
    });
}

#[test]
fn finding_a_known_scope_allocates_nothing() {
    let test = TestTelemetry::new();
    test.scope("city-17", "junction-4");
    let (_, count, _) = measure(|| (0..100).for_each(|_| drop(test.scope("city-17", "junction-4"))));
    assert_eq!(count, 0);
}

#[test]
fn without_telemetry_a_call_allocates_nothing() {
    let (_, count, _) = measure(|| (0..100).for_each(|n| assert!(infer(n).is_ok())));
    assert_eq!(count, 0);
}
