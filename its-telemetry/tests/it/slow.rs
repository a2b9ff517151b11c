//! Which calls are exported because they were slow: those that somebody had to wait for.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::StreamExt;
use http::{Request, Response};
use its_telemetry::layer::{GrpcClientLayer, GrpcServerLayer, HttpClientLayer, HttpServerLayer};
use its_telemetry::testing::{TestClock, TestTelemetry};
use its_telemetry::{assert_metric, assert_spans, instrument_inference};
use tower::{Layer, Service};

use crate::layers::support::{Act, Acting, Client, STEP, Step, exchange, poll};

/// Nothing is sampled; what takes so many steps is slow.
fn slow_from(steps: u32) -> TestTelemetry {
    TestTelemetry::with(|builder| builder.sampling_ratio(0.0).slow_call(steps * STEP))
}

/// Headers after a step, then a body of ten.
fn long_response() -> Act {
    let mut steps = vec![Step::Data("frame"); 9];
    steps.push(Step::Trailers(&[("grpc-status", "0")]));
    Act::Answer(200, &[], steps)
}

fn request() -> Request<()> {
    Request::post("http://inference.local/its.v1.Frames/Analyse").body(()).expect("a request")
}

fn respond<L, B>(test: &TestTelemetry, layer: &L)
where
    L: Layer<Acting>,
    L::Service: Service<Request<()>, Response = Response<B>, Error = &'static str>,
    B: http_body::Body,
{
    exchange(&mut layer.layer(Acting::new(test, long_response())), request(), Client::ReadsAll);
}

/// Gives the response up after three steps without one.
fn give_up<L, B>(test: &TestTelemetry, layer: &L)
where
    L: Layer<Acting>,
    L::Service: Service<Request<()>, Response = Response<B>, Error = &'static str>,
{
    let mut future = Box::pin(layer.layer(Acting::new(test, Act::Never)).call(request()));
    assert!(poll(&mut future).is_pending());
    test.clock().advance(3 * STEP);
    drop(future);
}

macro_rules! through_each_layer {
    ($run:ident, $test:ident) => {
        $run(&$test, &HttpServerLayer::new($test.telemetry()));
        $run(&$test, &HttpClientLayer::new($test.telemetry()));
        $run(&$test, &GrpcServerLayer::new($test.telemetry()));
        $run(&$test, &GrpcClientLayer::new($test.telemetry()));
    };
}

#[test]
fn a_long_response_is_not_slow() {
    let test = slow_from(2);
    through_each_layer!(respond, test);
    assert_metric!(test, "http_server_request_duration_seconds" == 1);
    assert_spans!(test, "");
}

#[test]
fn a_late_response_is_slow() {
    let test = slow_from(1);
    through_each_layer!(respond, test);
    assert_spans!(
        test,
        "
        POST (server, ok, its.sampling.reason=slow)
        POST (client, ok, its.sampling.reason=slow)
        its.v1.Frames/Analyse (server, ok, its.sampling.reason=slow)
        its.v1.Frames/Analyse (client, ok, its.sampling.reason=slow)
        "
    );
    assert!(test.spans().iter().all(|span| span.duration == 11 * STEP), "the whole of it: {}", test.spans());
}

#[test]
fn so_is_one_that_never_comes() {
    let test = slow_from(3);
    through_each_layer!(give_up, test);
    let reasons = test
        .spans()
        .iter()
        .map(|span| span.attributes.get("its.sampling.reason").cloned())
        .collect::<Vec<_>>();
    assert_eq!(reasons, vec![Some("slow".to_owned()); 4], "{}", test.spans());
}

/// An item for each number: it takes so many steps.
struct Items(Vec<u32>, TestClock);

impl Stream for Items {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
        let steps = self.0.pop();
        self.1.advance(steps.unwrap_or(0) * STEP);
        Poll::Ready(steps)
    }
}

#[instrument_inference(model = "yolo")]
fn detections(steps: Vec<u32>, clock: TestClock) -> impl Stream<Item = u32> {
    Items(steps, clock)
}

#[tokio::test]
async fn a_stream_is_as_slow_as_its_items() {
    let test = slow_from(3);
    let items = |steps: Vec<u32>| test.run(detections(steps, test.clock().clone()).count());
    assert_eq!(test.run(async { items(vec![2; 50]).await }).await, 50);
    assert_spans!(test, "");
    test.run(async { items(vec![2, 3, 2]).await }).await;
    assert_spans!(test, "detections (ok, its.sampling.reason=slow, its.stage=total)");
    assert_eq!(test.spans().one("detections").duration, 3 * STEP);
}
