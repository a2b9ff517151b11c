//! Two services and a real Collector.
#![allow(missing_docs)]

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use its_test_support::{Collector, Process, Received};

const PATIENCE: Duration = Duration::from_secs(60);

/// The inference service's program lies beside ours.
fn inference_service() -> PathBuf {
    let path = PathBuf::from(env!("CARGO_BIN_EXE_camera-service")).with_file_name("inference-service");
    assert!(path.is_file(), "build it first: cargo build -p inference-service");
    path
}

fn start_inference(collector: &Collector, interface: &str, arguments: &[&str]) -> (Process, String) {
    let mut command = Command::new(inference_service());
    command.args(["--admin", "127.0.0.1:0", &format!("--{interface}"), "127.0.0.1:0", "--log", "json"]);
    command.args(["--otlp", &collector.grpc_endpoint()]).args(arguments);
    command.env("OTEL_METRIC_EXPORT_INTERVAL", "500");
    let service = Process::spawn("inference-service", &mut command);
    let prefix = format!("{interface} on ");
    let address =
        service.wait_for_line(PATIENCE, "its address", |line| line.strip_prefix(&prefix).map(str::to_owned));
    (service, address)
}

fn start_cameras(collector: &Collector, interface: &str, address: &str, ratio: &str) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_camera-service"));
    command.args([
        "--admin",
        "127.0.0.1:0",
        &format!("--{interface}"),
        address,
        "--cameras",
        "3",
        "--log",
        "json",
    ]);
    command.args([
        "--otlp",
        &collector.http_endpoint(),
        "--otlp-protocol",
        "http",
        "--sampling-ratio",
        ratio,
    ]);
    Process::spawn("camera-service", &mut command)
}

fn service(span: &Received) -> &str {
    span.resource.get("service.name").and_then(|name| name.as_str()).unwrap_or_default()
}

fn names_tenant_and_camera(span: &Received) -> bool {
    let starts = |key: &str, prefix: &str| span.attribute(key).is_some_and(|value| value.starts_with(prefix));
    starts("its.tenant.id", "city-") && starts("its.camera.id", "camera-")
}

fn one_trace_crosses_both(interface: &str) {
    let collector = Collector::start();
    let (_inference, address) = start_inference(&collector, interface, &[]);
    let _cameras = start_cameras(&collector, interface, &address, "0.5");
    let trace = collector.wait_for_spans(PATIENCE, "one trace in both services", |spans| {
        let in_service = |name: &str| -> BTreeSet<String> {
            spans
                .iter()
                .filter(|span| service(span) == name)
                .map(|span| span.text("traceId").to_owned())
                .collect()
        };
        in_service("camera-service").intersection(&in_service("inference-service")).next().cloned()
    });
    let spans = collector.wait_for_spans(PATIENCE, "the whole trace", |spans| {
        let of_trace: Vec<Received> =
            spans.iter().filter(|span| span.text("traceId") == trace).cloned().collect();
        let names: Vec<&str> = of_trace.iter().map(|span| span.text("name")).collect();
        let whole = ["analyse", "preprocess", "infer", "postprocess", "publish"];
        whole.iter().all(|name| names.contains(name)).then_some(of_trace)
    });
    assert!(spans.iter().all(names_tenant_and_camera), "{spans:#?}");
    let ids: BTreeSet<&str> = spans.iter().map(|span| span.text("spanId")).collect();
    let roots: Vec<&Received> =
        spans.iter().filter(|span| !ids.contains(span.text("parentSpanId"))).collect();
    assert_eq!(roots.len(), 1, "one root: {roots:#?}");
    assert_eq!(service(roots[0]), "camera-service");
}

#[test]
fn one_trace_crosses_both_services_over_http() {
    one_trace_crosses_both("http");
}

#[test]
fn one_trace_crosses_both_services_over_grpc() {
    one_trace_crosses_both("grpc");
}

#[test]
fn a_failing_call_is_exported_though_nothing_was_sampled() {
    let collector = Collector::start();
    let (inference, address) =
        start_inference(&collector, "http", &["--fault", "error", "--sampling-ratio", "0"]);
    let cameras = start_cameras(&collector, "http", &address, "0");
    let rescued = collector.wait_for_spans(PATIENCE, "a rescued span", |spans| {
        let failed =
            |span: &&Received| service(span) == "inference-service" && span.text("name") == "analyse";
        spans.iter().find(failed).cloned()
    });
    assert_eq!(rescued.attribute("its.sampling.reason").as_deref(), Some("error"));
    assert!(names_tenant_and_camera(&rescued), "{rescued:#?}");
    let trace = rescued.text("traceId").to_owned();
    // The caller's line about the same call has the same trace id, on its standard error and in the collector.
    cameras
        .wait_for_line(PATIENCE, "the line of the failed call", |line| line.contains(&trace).then_some(()));
    collector.wait_for_log_records(PATIENCE, "the record of the failed call", |records| {
        records.iter().any(|record| record.text("traceId") == trace).then_some(())
    });
    collector.wait_for_metrics(PATIENCE, "pushed metrics", |metrics| {
        metrics.iter().any(|metric| metric.text("name").contains("inference")).then_some(())
    });
    // Nothing else came out of the unsampled calls: every span says why it is here.
    let stray = collector.spans().into_iter().find(|span| span.attribute("its.sampling.reason").is_none());
    assert_eq!(stray, None);
    drop(inference);
}
