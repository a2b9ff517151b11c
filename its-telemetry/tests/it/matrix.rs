//! Every outcome in every shape of function: counts, durations and in-flight are right.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use futures_util::{FutureExt, StreamExt};
use its_telemetry::testing::{TestClock, TestTelemetry};
use its_telemetry::{ErrorKind, Outcome, assert_metric, instrument_inference};

use crate::support::poll_once;

const TOOK: Duration = Duration::from_millis(30);

#[derive(Debug, ErrorKind)]
enum Failure {
    Broken,
    #[error_kind(outcome = "timeout")]
    TooSlow,
    #[error_kind(name = "queue_full", outcome = "rejected")]
    NoRoom,
}

/// What a call is asked to do.
fn act(outcome: Outcome, clock: &TestClock) -> Result<u8, Failure> {
    clock.advance(TOOK);
    match outcome {
        Outcome::Ok | Outcome::Cancelled => Ok(1),
        Outcome::Error => Err(Failure::Broken),
        Outcome::Timeout => Err(Failure::TooSlow),
        Outcome::Rejected => Err(Failure::NoRoom),
        Outcome::Panicked => panic!("asked for"),
    }
}

/// Returns at once, or never when the call is to be cancelled.
async fn act_async(outcome: Outcome, clock: &TestClock) -> Result<u8, Failure> {
    tokio::task::yield_now().await;
    let result = act(outcome, clock);
    if outcome == Outcome::Cancelled {
        std::future::pending::<()>().await;
    }
    result
}

#[instrument_inference(model = "sync")]
fn sync(outcome: Outcome, clock: &TestClock) -> Result<u8, Failure> {
    act(outcome, clock)
}

#[instrument_inference(model = "async")]
async fn asynchronous(outcome: Outcome, clock: &TestClock) -> Result<u8, Failure> {
    act_async(outcome, clock).await
}

#[instrument_inference(model = "future")]
fn future(outcome: Outcome, clock: &TestClock) -> impl Future<Output = Result<u8, Failure>> + Send + '_ {
    act_async(outcome, clock)
}

struct Detector;

impl Detector {
    #[instrument_inference(model = "method")]
    async fn detect(&self, outcome: Outcome, clock: &TestClock) -> Result<u8, Failure> {
        act_async(outcome, clock).await
    }
}

#[async_trait::async_trait]
trait Detects {
    async fn detects(&self, outcome: Outcome, clock: &TestClock) -> Result<u8, Failure>;
}

#[async_trait::async_trait]
impl Detects for Detector {
    #[instrument_inference(model = "async_trait")]
    async fn detects(&self, outcome: Outcome, clock: &TestClock) -> Result<u8, Failure> {
        act_async(outcome, clock).await
    }
}

/// One item, which ends as it is asked to, then the end of the stream.
struct OneItem<'a>(Option<Outcome>, &'a TestClock);

impl Stream for OneItem<'_> {
    type Item = Result<u8, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(outcome) = self.0 else { return Poll::Ready(None) };
        let item = act(outcome, self.1);
        if outcome == Outcome::Cancelled {
            task.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.0 = None;
        Poll::Ready(Some(item))
    }
}

#[instrument_inference(model = "stream")]
fn stream(outcome: Outcome, clock: &TestClock) -> impl Stream<Item = Result<u8, Failure>> + Send + '_ {
    OneItem(Some(outcome), clock)
}

/// Polls a few times and drops: what waits for ever is cancelled.
async fn give_up<F: Future>(future: F) {
    let mut future = std::pin::pin!(future);
    for _ in 0..3 {
        if poll_once(future.as_mut()).await.is_ready() {
            return;
        }
    }
}

fn check(
    shape: &str,
    outcome: Outcome,
    run: impl FnOnce(TestClock) -> futures_util::future::BoxFuture<'static, ()>,
) {
    let test = TestTelemetry::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    let call =
        test.scope("city-17", "junction-4").run(AssertUnwindSafe(run(test.clock().clone())).catch_unwind());
    let panicked = runtime.block_on(call).is_err();
    assert_eq!(panicked, outcome == Outcome::Panicked, "{shape}, {outcome:?}: a panic passes through");
    let label = outcome.as_str();
    // `total` counts one call and no other; the whole of a stream has the stage `stream`.
    assert_metric!(test, "its_inference_requests_total", { model = shape, outcome = label } == 1);
    assert_metric!(test, "its_inference_requests_total" == 1);
    assert_metric!(test, "its_inference_duration_seconds", { model = shape, stage = "total", outcome = label } == 1);
    assert_metric!(test, "its_inference_duration_seconds", { stage = "total" } == 1);
    let durations = test.select("its_inference_duration_seconds", &[("stage", "total"), ("outcome", label)]);
    let sum = durations.samples()[0].sum.expect("a histogram");
    assert!(sum >= TOOK.as_secs_f64() - 1e-9, "{shape}, {outcome:?} took {sum} s");
    assert_metric!(test, "its_inference_in_flight" == 0);
    assert_metric!(test, "its_camera_inference_requests_total", { camera = "junction-4", outcome = label } == 1);
    assert_metric!(test, "its_tenant_inference_requests_total", { tenant = "city-17", outcome = label } == 1);
    let errors = f64::from(u8::from(outcome.is_bad()));
    assert_metric!(test, "its_inference_errors_total" == errors);
}

macro_rules! shapes {
    ($($shape:literal => |$outcome:ident, $clock:ident| $call:expr;)*) => {
        fn all(outcome: Outcome) {
            $(check($shape, outcome, move |$clock: TestClock| {
                let $outcome = outcome;
                Box::pin(async move { give_up($call).await })
            });)*
        }
    };
}

shapes! {
    "async" => |outcome, clock| asynchronous(outcome, &clock);
    "future" => |outcome, clock| future(outcome, &clock);
    "method" => |outcome, clock| Detector.detect(outcome, &clock);
    "async_trait" => |outcome, clock| Detector.detects(outcome, &clock);
    "stream" => |outcome, clock| stream(outcome, &clock).collect::<Vec<_>>();
}

#[test]
fn every_outcome_of_what_can_be_awaited() {
    Outcome::ALL.into_iter().for_each(all);
}

#[test]
fn every_outcome_of_a_function() {
    for outcome in Outcome::ALL.into_iter().filter(|outcome| *outcome != Outcome::Cancelled) {
        check("sync", outcome, |clock| Box::pin(async move { drop(sync(outcome, &clock)) }));
    }
}

#[test]
fn kinds_of_errors_are_counted() {
    let test = TestTelemetry::new();
    test.in_scope(|| {
        for outcome in [Outcome::Error, Outcome::Timeout, Outcome::Rejected, Outcome::Panicked] {
            let _ = catch_unwind(AssertUnwindSafe(|| sync(outcome, test.clock())));
        }
    });
    for kind in ["broken", "too_slow", "queue_full", "panicked"] {
        assert_metric!(test, "its_inference_errors_total", { error_kind = kind } == 1);
    }
}
