//! Whatever happens to a call, nothing stays behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use its_telemetry::testing::TestTelemetry;
use its_telemetry::{assert_metric, instrument_inference, scope};

use crate::support::{Lcg, poll_once, short_or_full};

/// Counts what has ended, one test's own.
struct CountsItsDrop(Arc<AtomicU64>);

impl Drop for CountsItsDrop {
    fn drop(&mut self) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[instrument_inference(model = "outer")]
async fn outer(yields: u64, panics: bool, ended: Arc<AtomicU64>) -> Result<(), String> {
    let _counted = CountsItsDrop(ended);
    for _ in 0..yields {
        tokio::task::yield_now().await;
    }
    if panics {
        panic!("asked for");
    }
    inner(yields).await
}

#[instrument_inference(model = "inner")]
async fn inner(yields: u64) -> Result<(), String> {
    for _ in 0..yields {
        tokio::task::yield_now().await;
    }
    if yields.is_multiple_of(3) { Err("third".into()) } else { Ok(()) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_cancellations_leave_no_residue() {
    let calls = short_or_full(2_000, 10_000);
    let test = TestTelemetry::new();
    let scope = test.scope("city-17", "junction-4");
    let ended = Arc::new(AtomicU64::new(0));
    let mut random = Lcg(17);
    let mut tasks = Vec::new();
    for n in 0..calls {
        let (yields, when, how) = (random.below(6), random.below(12), random.below(4));
        let call = outer(yields, n.is_multiple_of(97), Arc::clone(&ended));
        tasks.push(tokio::spawn(scope.run(async move {
            let later = async {
                for _ in 0..when {
                    tokio::task::yield_now().await;
                }
            };
            match how {
                // The loser of a select.
                0 => tokio::select! { _ = call => {}, () = later => {} },
                // A timeout around it.
                1 => drop(tokio::time::timeout(Duration::ZERO, call).await),
                // A task that is aborted.
                2 => {
                    let task = tokio::spawn(scope::carry(call));
                    later.await;
                    task.abort();
                    drop(task.await);
                }
                // Never cancelled.
                _ => drop(call.await),
            }
        })));
    }
    for task in tasks {
        drop(task.await);
    }
    let ended = ended.load(Relaxed);
    assert_metric!(test, "its_inference_requests_total", { model = "outer" } == ended);
    assert_metric!(test, "its_inference_duration_seconds", { model = "outer" } == ended);
    assert_metric!(
        test,
        "its_camera_inference_requests_total",
        { camera = "junction-4" } == test.select("its_inference_requests_total", &[]).value()
    );
    assert_metric!(test, "its_inference_in_flight" == 0);
    assert_metric!(test, "its_inference_requests_total", { outcome = "cancelled" } > 0);
    assert_metric!(test, "its_inference_requests_total", { outcome = "panicked" } > 0);
    assert_metric!(test, "its_inference_requests_total", { outcome = "ok" } > 0);
}

#[tokio::test]
async fn a_bystander_of_a_panic_is_cancelled() {
    let test = TestTelemetry::new();
    let result = tokio::spawn(test.run(async {
        let mut bystander = std::pin::pin!(outer(3, false, Arc::default()));
        // Begun, and dropped while another call panics.
        assert!(poll_once(bystander.as_mut()).await.is_pending());
        drop(inner_panics().await);
    }))
    .await;
    assert!(result.is_err_and(|error| error.is_panic()));
    assert_metric!(test, "its_inference_requests_total", { model = "outer", outcome = "cancelled" } == 1);
    assert_metric!(test, "its_inference_requests_total", { model = "panics", outcome = "panicked" } == 1);
    assert_metric!(test, "its_inference_in_flight" == 0);
}

#[instrument_inference(model = "panics")]
async fn inner_panics() -> Result<(), String> {
    tokio::task::yield_now().await;
    panic!("asked for");
}

/// A call made in a destructor while the thread unwinds ends as it ends.
#[test]
fn a_call_in_a_destructor_of_a_panic_is_ok() {
    struct CallsOnDrop;
    impl Drop for CallsOnDrop {
        fn drop(&mut self) {
            cleanup();
        }
    }
    #[instrument_inference(model = "cleanup")]
    fn cleanup() -> u8 {
        1
    }
    let test = TestTelemetry::new();
    let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        test.in_scope(|| {
            let _calls = CallsOnDrop;
            panic!("asked for");
        });
    }));
    assert!(unwound.is_err());
    assert_metric!(test, "its_inference_requests_total", { model = "cleanup", outcome = "ok" } == 1);
    assert_metric!(test, "its_inference_requests_total", { outcome = "panicked" } == 0);
}
