//! What is global: each test in a process of its own.

use std::collections::HashMap;
use std::time::Duration;

use its_telemetry::otel::opentelemetry::trace::Tracer;
use its_telemetry::otel::opentelemetry::{Context, global};
use its_telemetry::{
    LogFormat, Logs, Otlp, PushMetrics, Telemetry, TelemetryError, Traces, instrument_inference,
};
use its_test_support::child;
use tracing::level_filters::LevelFilter;

use crate::support::collector::{Collector, attribute};

#[tracing::instrument]
fn step() {}

#[instrument_inference(model = "yolo")]
fn infer() {
    step();
    tracing::info!("analysed");
}

#[test]
fn nothing_that_exporters_do_is_exported() {
    if child::is_child() {
        return service();
    }
    let collector = Collector::start();
    let endpoint = collector.grpc();
    let metrics = format!("{}/v1/metrics", collector.http());
    let output = child::run(
        "install::nothing_that_exporters_do_is_exported",
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", &metrics),
            ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "100"),
            ("OTEL_BSP_SCHEDULE_DELAY", "20"),
            ("OTEL_BLRP_SCHEDULE_DELAY", "20"),
            ("OTEL_TRACES_SAMPLER", "traceidratio"),
            ("OTEL_TRACES_SAMPLER_ARG", "1.0"),
            ("OTEL_SERVICE_NAME", "named-by-environment"),
            ("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test%20bench,service.name=overruled"),
            ("RUST_LOG", "trace,opentelemetry=off"),
        ],
    );
    collector.read(|received| {
        let names: Vec<&str> = received.spans.iter().map(|span| span.name.as_str()).collect();
        let of = |name| names.iter().filter(|n| **n == name).count();
        assert_eq!((of("infer"), of("step"), names.len()), (30, 30, 60), "{names:?}");
        assert_eq!(received.logs.len(), 30, "{:#?}", received.logs);
        assert!(received.requests > 10, "many exports: {}", received.requests);
        assert!(received.metrics.iter().any(|metric| metric.name == "its_inference_requests_total"));
        for resource in &received.resources {
            let attribute = |key| attribute(&resource.attributes, key);
            assert_eq!(attribute("service.name").as_deref(), Some("named-by-environment"));
            assert_eq!(attribute("deployment.environment.name").as_deref(), Some("test bench"));
            assert_eq!(attribute("service.instance.id").map(|id| id.len()), Some(36));
        }
    });
    let lines = String::from_utf8_lossy(&output.stderr);
    for line in lines.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert_eq!(line["message"], "analysed", "at level trace the exporters are silent: {line}");
    }
    assert_eq!(lines.lines().count(), 30);
}

/// The code says something else than the environment.
fn service() {
    let telemetry = Telemetry::builder("named-by-code")
        .sampling_ratio(0.0)
        .otlp(Otlp::http("http://127.0.0.1:1"))
        .traces(Traces::otlp().span_level(LevelFilter::TRACE))
        .logs(Logs::new(LogFormat::Json).level("off"))
        .push_metrics(PushMetrics::otlp())
        .install()
        .expect("installed");
    for _ in 0..30 {
        infer();
        assert!(telemetry.flush(Duration::from_secs(10)));
    }
    let report = telemetry.shutdown_blocking(Duration::from_secs(10));
    assert!(report.is_complete(), "{report}");
    assert_eq!((report.spans.exported, report.logs.exported), (60, 30));
}

#[test]
fn installing_makes_subscriber_propagator_and_provider_global() {
    if !child::is_child() {
        child::run("install::installing_makes_subscriber_propagator_and_provider_global", &[]);
        return;
    }
    let builder = || Telemetry::builder("cams").ignore_environment();
    let memory = its_telemetry::otel::Memory::new();
    let traced = builder().sampling_ratio(1.0).traces(Traces::exporter(memory.clone()));
    let telemetry = traced.install().expect("installed");
    assert!(matches!(builder().install(), Err(TelemetryError::AlreadyInstalled)));
    infer();
    drop(Tracer::start(&global::tracer("by hand"), "by hand"));
    let inject = || {
        let mut headers = HashMap::new();
        global::get_text_map_propagator(|p| p.inject_context(&Context::current(), &mut headers));
        headers
    };
    telemetry.set_sampling_ratio(0.0);
    let headers = inject_in_call(inject);
    assert!(headers["traceparent"].ends_with("-02"), "unsampled, and a random trace id: {headers:?}");
    assert!(telemetry.flush(Duration::from_secs(10)));
    let names: Vec<_> = memory.spans().into_iter().map(|span| span.name).collect();
    assert_eq!(names, ["step", "infer", "by hand"]);
}

#[instrument_inference(model = "yolo")]
fn inject_in_call<T>(inject: impl FnOnce() -> T) -> T {
    inject()
}

#[test]
fn a_subscriber_of_the_applications_own_may_stay() {
    if !child::is_child() {
        child::run("install::a_subscriber_of_the_applications_own_may_stay", &[]);
        return;
    }
    tracing::subscriber::set_global_default(tracing_subscriber::registry()).expect("the first");
    let builder = || Telemetry::builder("cams").ignore_environment().logs(LogFormat::Human);
    let error = builder().install().expect_err("it is taken");
    assert!(error.to_string().contains("keep_subscriber()"), "{error}");
    builder().keep_subscriber().install().expect("installed");
}

/// Interest in callsites is the sum over all live subscribers, so others would hide what is wrong with a filter.
#[test]
fn a_first_unsampled_call_does_not_turn_a_callsite_off() {
    if !child::is_child() {
        child::run("install::a_first_unsampled_call_does_not_turn_a_callsite_off", &[]);
        return;
    }
    let memory = its_telemetry::otel::Memory::new();
    let builder = Telemetry::builder("cams").ignore_environment().traces(Traces::exporter(memory.clone()));
    let telemetry = builder.install().expect("installed");
    for ratio in [0.0, 1.0, 0.0, 1.0] {
        telemetry.set_sampling_ratio(ratio);
        infer();
    }
    assert!(telemetry.flush(Duration::from_secs(10)));
    let steps = memory.spans().iter().filter(|span| span.name == "step").count();
    assert_eq!(steps, 2);
    assert_eq!(LevelFilter::current(), LevelFilter::INFO, "finer callsites cost nothing");
}

#[test]
fn lines_and_spans_have_levels_of_their_own() {
    if !child::is_child() {
        child::run("install::lines_and_spans_have_levels_of_their_own", &[]);
        return;
    }
    let memory = its_telemetry::otel::Memory::new();
    let telemetry = Telemetry::builder("cams")
        .ignore_environment()
        .sampling_ratio(1.0)
        .traces(Traces::exporter(memory.clone()).span_level(LevelFilter::WARN))
        .logs(Logs::new(LogFormat::Human).level("debug").writer(std::io::sink))
        .install()
        .expect("installed");
    assert_eq!(LevelFilter::current(), LevelFilter::DEBUG);
    telemetry.set_log_level("error").expect("a level");
    assert_eq!(LevelFilter::current(), LevelFilter::WARN);
    telemetry.set_log_level("trace").expect("a level");
    assert_eq!(LevelFilter::current(), LevelFilter::TRACE);
    infer();
    assert!(telemetry.flush(Duration::from_secs(10)));
    assert_eq!(memory.spans().len(), 1, "the span of the user's is too fine");
}

#[test]
fn a_layer_with_nothing_to_do_leaves_the_others_alone() {
    if !child::is_child() {
        child::run("install::a_layer_with_nothing_to_do_leaves_the_others_alone", &[]);
        return;
    }
    use tracing_subscriber::layer::SubscriberExt;
    let telemetry = Telemetry::builder("cams").ignore_environment().build().expect("telemetry");
    let others = tracing_subscriber::fmt::layer().with_writer(std::io::sink);
    let subscriber = tracing_subscriber::registry().with(telemetry.tracing_layer()).with(others);
    tracing::subscriber::set_global_default(subscriber).expect("the first");
    assert!(tracing::enabled!(tracing::Level::TRACE));
}

#[test]
fn a_foreign_subscriber_is_not_replaced() {
    if !child::is_child() {
        child::run("install::a_foreign_subscriber_is_not_replaced", &[]);
        return;
    }
    tracing::subscriber::set_global_default(tracing_subscriber::registry()).expect("the first subscriber");
    let builder = || Telemetry::builder("cams").ignore_environment().logs(LogFormat::Json);
    assert!(matches!(builder().install(), Err(TelemetryError::SubscriberTaken)));
    assert!(builder().keep_subscriber().install().is_ok());
}
