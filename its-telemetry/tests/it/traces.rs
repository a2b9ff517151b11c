//! Spans over the network: what a collector receives.

use std::time::Duration;

use its_telemetry::{Otlp, Telemetry, Traces, instrument_inference};
use opentelemetry_proto::tonic::trace::v1::Span;
use tracing_subscriber::layer::SubscriberExt;

use crate::support::collector::{Collector, attribute};

#[tracing::instrument]
async fn step() {
    tokio::task::yield_now().await;
}

#[instrument_inference(model = "yolo", version = "8")]
async fn infer(fail: bool) -> Result<(), String> {
    step().await;
    tracing::info!(frames = 3, "analysed");
    if fail { Err("no frame".into()) } else { Ok(()) }
}

fn run(telemetry: &Telemetry, fail: bool) {
    let subscriber = tracing_subscriber::registry().with(telemetry.tracing_layer());
    let _default = tracing::subscriber::set_default(subscriber);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    let scope = telemetry.scope("acme", "cam-7").expect("ids");
    let _ = runtime.block_on(scope.run(infer(fail)));
    assert!(telemetry.flush(Duration::from_secs(10)), "flush in time");
}

fn targets(collector: &Collector) -> [Otlp; 2] {
    [Otlp::grpc(collector.grpc()), Otlp::http(collector.http())]
}

#[track_caller]
fn named<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let mut found = spans.iter().filter(|span| span.name == name);
    let first = found.next().unwrap_or_else(|| panic!("no span {name} in {spans:#?}"));
    assert!(found.next().is_none(), "two spans {name} in {spans:#?}");
    first
}

#[test]
fn a_sampled_call_arrives_with_its_children_over_both_protocols() {
    let collector = Collector::start();
    for (n, otlp) in targets(&collector).into_iter().enumerate() {
        let otlp = if n == 0 { otlp.gzip() } else { otlp };
        let telemetry = Telemetry::builder("cams")
            .ignore_environment()
            .service_version("1.2")
            .sampling_ratio(1.0)
            .otlp(otlp.header("x-key", "secret"))
            .traces(Traces::otlp())
            .build()
            .expect("telemetry");
        run(&telemetry, false);
        collector.read(|received| {
            let spans = &received.spans[2 * n..];
            assert_eq!(spans.len(), 2, "{spans:#?}");
            let (call, step) = (named(spans, "infer"), named(spans, "step"));
            assert_eq!((&step.trace_id, &step.parent_span_id), (&call.trace_id, &call.span_id));
            assert_eq!(attribute(&call.attributes, "its.tenant.id").as_deref(), Some("acme"));
            assert_eq!(attribute(&call.attributes, "its.camera.id").as_deref(), Some("cam-7"));
            assert_eq!(attribute(&call.attributes, "its.model").as_deref(), Some("yolo"));
            assert_eq!(call.events[0].name, "analysed");
            let resource = received.resources.last().expect("a resource");
            for (key, value) in
                [("service.name", "cams"), ("service.version", "1.2"), ("telemetry.sdk.language", "rust")]
            {
                assert_eq!(attribute(&resource.attributes, key).as_deref(), Some(value), "{key}");
            }
            assert_eq!(received.headers.last().expect("headers")["x-key"], "secret");
        });
        let report = telemetry.shutdown_blocking(Duration::from_secs(10));
        assert!(report.is_complete() && report.spans.exported == 2, "{report}");
    }
}

#[test]
fn an_unsampled_call_that_fails_arrives_alone() {
    let collector = Collector::start();
    for (n, otlp) in targets(&collector).into_iter().enumerate() {
        let builder = Telemetry::builder("cams").ignore_environment().sampling_ratio(0.0);
        let telemetry = builder.traces(Traces::otlp_to(otlp)).build().expect("telemetry");
        run(&telemetry, false);
        run(&telemetry, true);
        collector.read(|received| {
            assert_eq!(received.spans.len(), n + 1, "no stray roots: {:#?}", received.spans);
            let call = &received.spans[n];
            assert_eq!((call.name.as_str(), call.parent_span_id.as_slice()), ("infer", &[][..]));
            assert_eq!(attribute(&call.attributes, "its.sampling.reason").as_deref(), Some("error"));
            assert_eq!(attribute(&call.attributes, "error.type").as_deref(), Some("error"));
            assert_eq!(call.status.as_ref().expect("a status").code, 2);
        });
    }
}

#[test]
fn an_endpoint_that_cannot_work_is_an_error_that_says_what_to_write() {
    let error = |otlp| {
        let builder = Telemetry::builder("cams").ignore_environment().traces(Traces::otlp_to(otlp));
        builder.build().expect_err("it cannot work").to_string()
    };
    for otlp in [Otlp::grpc("collector:no-port"), Otlp::http("collector:4318"), Otlp::grpc("")] {
        let error = error(otlp);
        assert!(error.starts_with("traces cannot be exported: the endpoint"), "{error}");
    }
    assert!(error(Otlp::grpc("https://collector:4317")).contains("TLS"));
    assert!(error(Otlp::http("http://collector").header("no header", "x")).contains("header"));
}
