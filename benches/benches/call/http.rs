//! What measures requests, around a service that answers at once. The response's body is read to its end, where layers
//! finish.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::{Ready, poll_fn, ready};
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response};
use http_body::Body;
use http_body_util::Empty;
use its_benches::Case;
use its_benches::frame::now;
use its_telemetry::layer::HttpServerLayer;
use tower::{Layer, Service};
use tower_http::trace::{DefaultMakeSpan, TraceLayer};
use tracing_subscriber::layer::SubscriberExt as _;

use crate::{ours, repeat, spans};

#[derive(Clone)]
struct Answers;

impl Service<Request<Empty<Bytes>>> for Answers {
    type Response = Response<Empty<Bytes>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Empty<Bytes>>) -> Self::Future {
        black_box(&request);
        ready(Ok(Response::new(Empty::new())))
    }
}

pub(crate) fn bare(case: &Case) {
    run(case, &HeaderMap::new(), Answers);
}

pub(crate) fn bare_with_context(case: &Case) {
    run(case, &context(), Answers);
}

/// A span for each request, one in a hundred of them exported, and the metrics of axum-prometheus. Neither knows tenant
/// or camera.
pub(crate) fn tower_http_and_axum_prometheus(case: &Case) {
    let layer = tracing_opentelemetry::layer().with_tracer(spans::tracer(0.01));
    let filter = tracing_subscriber::filter::LevelFilter::INFO;
    let subscriber = tracing_subscriber::registry().with(filter).with(layer);
    tracing::subscriber::set_global_default(subscriber).expect("subscriber");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("runtime");
    let entered = runtime.enter();
    let (metrics, exporter) = axum_prometheus::PrometheusMetricLayer::pair();
    drop(entered);
    thread::spawn(move || {
        loop {
            thread::sleep(Duration::from_millis(250));
            exporter.run_upkeep();
        }
    });
    let trace = TraceLayer::new_for_http();
    let trace = trace.make_span_with(DefaultMakeSpan::new().level(tracing::Level::INFO));
    run(case, &HeaderMap::new(), trace.layer(metrics.layer(Answers)));
}

pub(crate) fn ours(case: &Case) {
    let telemetry = ours::builder().install().expect("telemetry");
    run(case, &HeaderMap::new(), HttpServerLayer::new(&telemetry).layer(Answers));
}

/// The caller's trace goes on, for a tenant and a camera that it names.
pub(crate) fn ours_with_context(case: &Case) {
    let telemetry = ours::builder().install().expect("telemetry");
    run(case, &context(), HttpServerLayer::new(&telemetry).layer(Answers));
}

fn context() -> HeaderMap {
    let header = |name, value| (HeaderName::from_static(name), HeaderValue::from_static(value));
    HeaderMap::from_iter([
        header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"),
        header("baggage", "its.tenant.id=tenant-07,its.camera.id=camera-0007-gate"),
    ])
}

fn run<S, B>(case: &Case, headers: &HeaderMap, service: S)
where
    S: Service<Request<Empty<Bytes>>, Response = Response<B>>,
    B: Body,
{
    let service = RefCell::new(service);
    let answer = || {
        let mut service = service.borrow_mut();
        let mut request = Request::post("/v1/infer").body(Empty::new()).expect("request");
        request.headers_mut().clone_from(headers);
        let response = now(async {
            poll_fn(|task| service.poll_ready(task)).await.ok();
            service.call(request).await
        });
        let mut body = pin!(response.ok().expect("a response").into_body());
        now(poll_fn(|task| body.as_mut().poll_frame(task).map(|frame| frame.is_none())))
    };
    case.calls(|_, times| repeat(times, answer));
}
