use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use its_test_support::Collector;
use serde_json::{Value, json};

const TIMEOUT: Duration = Duration::from_secs(30);
const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn send(collector: &Collector, signal: &str, request: &Value) {
    let url = format!("{}/v1/{signal}", collector.http_endpoint());
    let sent = ureq::post(url).header("content-type", "application/json").send(request.to_string());
    assert_eq!(sent.expect("the Collector answers").status(), 200);
}

fn resource() -> Value {
    json!({"attributes": [{"key": "service.name", "value": {"stringValue": "camera-service"}}]})
}

#[test]
fn keeps_spans() {
    let collector = Collector::start();
    let span = json!({
        "traceId": TRACE_ID, "spanId": "00f067aa0ba902b7", "name": "capture",
        "startTimeUnixNano": "1000000000", "endTimeUnixNano": "2000000000",
        "attributes": [
            {"key": "its.camera.id", "value": {"stringValue": "north"}},
            {"key": "frames", "value": {"intValue": "3"}},
            {"key": "late", "value": {"boolValue": true}},
        ],
    });
    let scope = json!({"scope": {"name": "its"}, "spans": [span]});
    send(&collector, "traces", &json!({"resourceSpans": [{"resource": resource(), "scopeSpans": [scope]}]}));

    let span = collector.wait_for_spans(TIMEOUT, "span", |spans| spans.first().cloned());
    assert_eq!(span.text("traceId"), TRACE_ID);
    assert_eq!(span.text("name"), "capture");
    assert_eq!(span.scope, "its");
    assert_eq!(span.resource["service.name"], "camera-service");
    assert_eq!(span.attribute("its.camera.id").as_deref(), Some("north"));
    assert_eq!(span.attributes()["frames"], 3);
    assert_eq!(span.attributes()["late"], true);
    assert_eq!((collector.spans().len(), collector.traces().len()), (1, 1));
}

#[test]
fn keeps_log_records_and_metrics() {
    let collector = Collector::start();
    let log =
        json!({"timeUnixNano": "1000000000", "body": {"stringValue": "frame lost"}, "traceId": TRACE_ID});
    let scope = json!({"logRecords": [log]});
    send(&collector, "logs", &json!({"resourceLogs": [{"resource": resource(), "scopeLogs": [scope]}]}));
    let log = collector.wait_for_log_records(TIMEOUT, "log record", |logs| logs.first().cloned());
    assert_eq!(log.item["body"]["stringValue"], "frame lost");
    assert_eq!(log.text("traceId"), TRACE_ID);

    let point = json!({"timeUnixNano": "1000000000", "asInt": "7"});
    let metric = json!({"name": "frames", "gauge": {"dataPoints": [point]}});
    let scope = json!({"metrics": [metric]});
    send(
        &collector,
        "metrics",
        &json!({"resourceMetrics": [{"resource": resource(), "scopeMetrics": [scope]}]}),
    );
    let metric = collector.wait_for_metrics(TIMEOUT, "metric", |metrics| metrics.first().cloned());
    assert_eq!(metric.text("name"), "frames");
    assert_eq!(metric.item["gauge"]["dataPoints"][0]["asInt"], "7");
    assert_eq!((collector.logs().len(), collector.metrics().len()), (1, 1));
}

#[test]
fn speaks_http2_where_it_takes_grpc_and_can_return_to_its_ports() {
    let collector = Collector::start();
    let address = |endpoint: String| -> SocketAddr {
        endpoint.trim_start_matches("http://").parse().expect("an endpoint is a scheme and an address")
    };
    let (grpc, http) = (address(collector.grpc_endpoint()), address(collector.http_endpoint()));
    drop(collector);
    assert!(TcpStream::connect(grpc).is_err(), "a dropped Collector still listens");

    let _collector = Collector::start_at(grpc, http);
    let mut stream = TcpStream::connect(grpc).expect("the Collector listens");
    stream.set_read_timeout(Some(TIMEOUT)).expect("a timeout can be set");
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").expect("the preface is taken");
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).expect("a frame comes back");
    assert_eq!(frame[3], 4, "the first frame is SETTINGS");
}
