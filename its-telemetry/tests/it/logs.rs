//! Log lines and log records.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use its_telemetry::{
    LogFormat, Logs, Otlp, Scope, Telemetry, TelemetryBuilder, TelemetryError, instrument_inference,
};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use proptest::prelude::*;
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt;

use crate::support::collector::{Collector, attribute};

#[derive(Clone, Debug, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("writer").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().expect("writer"))).expect("UTF-8")
    }

    #[track_caller]
    fn json(&self) -> Value {
        let text = self.take();
        assert_eq!(text.matches('\n').count(), 1, "{text}");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }
}

struct Rig {
    telemetry: Telemetry,
    scope: Scope,
    written: Written,
    _default: tracing::subscriber::DefaultGuard,
}

fn rig(format: LogFormat) -> Rig {
    rig_with(format, |logs| logs, |builder| builder)
}

fn rig_with(
    format: LogFormat,
    logs: impl FnOnce(Logs) -> Logs,
    builder: impl FnOnce(TelemetryBuilder) -> TelemetryBuilder,
) -> Rig {
    let written = Written::default();
    let writer = written.clone();
    let logs = logs(Logs::new(format).writer(move || writer.clone()));
    let base = Telemetry::builder("cams").ignore_environment().sampling_ratio(0.0).logs(logs);
    let telemetry = builder(base).build().expect("telemetry");
    let scope = telemetry.scope("acme", "cam-7").expect("ids");
    let subscriber = tracing_subscriber::registry().with(telemetry.tracing_layer());
    Rig { telemetry, scope, written, _default: tracing::subscriber::set_default(subscriber) }
}

/// Logs inside a call and returns the ids of the call.
#[instrument_inference(model = "yolo")]
fn infer(log: impl FnOnce()) -> (String, String) {
    log();
    let mut headers = http::HeaderMap::new();
    its_telemetry::scope::inject(&mut headers);
    let parent = headers["traceparent"].to_str().expect("ASCII");
    (parent[3..35].to_owned(), parent[36..52].to_owned())
}

#[test]
fn every_line_in_a_call_names_it_whether_it_is_sampled_or_not() {
    let rig = rig(LogFormat::Json);
    for ratio in [0.0, 1.0] {
        rig.telemetry.set_sampling_ratio(ratio);
        let ids = rig.scope.in_scope(|| infer(|| tracing::warn!("slow")));
        let line = rig.written.json();
        assert_eq!((&line["trace_id"], &line["span_id"]), (&json!(ids.0), &json!(ids.1)));
        assert_eq!((&line["tenant"], &line["camera"]), (&json!("acme"), &json!("cam-7")));
        assert_eq!(line["sampled"], ratio == 1.0);
        assert_eq!((&line["level"], &line["message"]), (&json!("WARN"), &json!("slow")));
        assert_eq!(line["target"], module_path!());
        assert!(line["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')));
        assert_eq!((line.get("fields"), line.get("spans")), (None, None));
    }
    rig.scope.in_scope(|| tracing::info!("in the scope, in no call"));
    let line = rig.written.json();
    assert_eq!((&line["tenant"], line.get("trace_id")), (&json!("acme"), None));
    tracing::info!("outside");
    let line = rig.written.json();
    assert_eq!((line.get("tenant"), line.get("trace_id")), (None, None));
}

#[test]
fn fields_keep_their_types_and_are_not_taken_for_ours() {
    let rig = rig(LogFormat::Json);
    let error = "x".parse::<u8>().expect_err("no number");
    rig.scope.in_scope(|| {
        tracing::info!(
            frames = 3,
            most = u64::MAX,
            least = i64::MIN,
            ratio = 0.25,
            endless = f64::INFINITY,
            late = true,
            text = "a \"b\"",
            debug = ?Some(1),
            error = &error as &dyn std::error::Error,
            tenant = "forged",
            trace_id = "forged",
            level = "forged",
            "message"
        );
    });
    let line = rig.written.json();
    let expected = json!({
        "frames": 3, "most": u64::MAX, "least": i64::MIN, "ratio": 0.25, "endless": "inf", "late": true,
        "text": "a \"b\"", "debug": "Some(1)", "error": "invalid digit found in string",
        "tenant": "forged", "trace_id": "forged", "level": "forged",
    });
    assert_eq!(line["fields"], expected);
    assert_eq!((&line["tenant"], &line["level"]), (&json!("acme"), &json!("INFO")));
}

#[test]
fn spans_are_there_with_their_latest_fields() {
    let rig = rig(LogFormat::Json);
    let outer = tracing::info_span!("outer", frame = 1, state = tracing::field::Empty, note = "a,b=\"c\"");
    let _outer = outer.enter();
    outer.record("state", "late");
    outer.record("frame", 2);
    let _inner = tracing::info_span!("inner").entered();
    tracing::info!("inside");
    let spans = json!([
        {"name": "outer", "fields": {"note": "a,b=\"c\"", "state": "late", "frame": 2}},
        {"name": "inner"},
    ]);
    assert_eq!(rig.written.json()["spans"], spans);
}

#[test]
fn a_line_for_people_says_the_same() {
    let rig = rig(LogFormat::Human);
    let span = tracing::info_span!("user", frame = 1);
    let ids = rig.scope.in_scope(|| {
        infer(|| span.in_scope(|| tracing::warn!(frames = 3, why = "no light", "slow\nforged: line")))
    });
    let line = rig.written.take();
    let expected = format!(
        "  WARN user{{frame=1}}: {}: slow\\nforged: line frames=3 why=\"no light\" \
         {{tenant=acme camera=cam-7 trace_id={} span_id={} sampled=false}}\n",
        module_path!(),
        ids.0,
        ids.1
    );
    assert_eq!(line[line.find('Z').expect("a time") + 1..], expected, "{line}");
}

proptest! {
    #[test]
    fn whatever_is_logged_is_one_valid_line(message in any::<String>(), field in any::<String>()) {
        let rig = rig(LogFormat::Json);
        tracing::info!(field, debug = ?message, "{message}");
        let line = rig.written.json();
        prop_assert_eq!(&line["message"], &json!(message));
        prop_assert_eq!(&line["fields"]["field"], &json!(field));
    }
}

#[test]
fn the_level_can_be_changed_while_the_service_runs() {
    let rig = rig_with(LogFormat::Human, |logs| logs.level("warn"), |builder| builder);
    let log = || {
        tracing::debug!("fine");
        tracing::info!(target: "h2", "of a library");
        tracing::warn!("coarse");
        rig.written.take().lines().count()
    };
    assert_eq!(log(), 1);
    rig.telemetry.set_log_level("debug,h2=off").expect("levels");
    assert_eq!(rig.telemetry.log_level(), "h2=off,debug");
    assert_eq!(log(), 2);
    let error = rig.telemetry.set_log_level("loud=very").expect_err("no levels");
    assert!(error.to_string().contains("info,h2=warn"), "{error}");
    assert_eq!(log(), 2, "nothing has changed");
    rig.telemetry.set_log_level("off").expect("levels");
    assert_eq!(log(), 0);
}

#[test]
fn a_level_that_cannot_be_read_is_an_error() {
    let builder = Telemetry::builder("cams").ignore_environment();
    let built = builder.logs(Logs::new(LogFormat::Json).level("loud=very")).build();
    assert!(matches!(built, Err(TelemetryError::LogLevel(_))), "{built:?}");
}

#[test]
fn records_arrive_over_both_protocols_with_the_ids_of_the_lines() {
    let collector = Collector::start();
    let targets = [Otlp::grpc(collector.grpc()), Otlp::http(collector.http()).gzip()];
    for (n, otlp) in targets.into_iter().enumerate() {
        let rig = rig_with(LogFormat::Json, Logs::otlp, |builder| builder.otlp(otlp));
        let ids = rig.scope.in_scope(|| {
            let log = || tracing::error!(frames = 3, late = true, tenant = "user's own", "lost");
            infer(log)
        });
        tracing::debug!("below the level");
        assert!(rig.telemetry.flush(Duration::from_secs(10)));
        collector.read(|received| {
            assert_eq!(received.logs.len(), n + 1);
            let record = &received.logs[n];
            let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
            assert_eq!((hex(&record.trace_id), hex(&record.span_id), record.flags), (ids.0, ids.1, 0));
            assert_eq!((record.severity_number, record.severity_text.as_str()), (17, "ERROR"));
            let body = record.body.as_ref().and_then(|body| body.value.clone());
            assert_eq!(body, Some(Any::StringValue("lost".into())));
            for (key, value) in [
                ("frames", "3"),
                ("late", "true"),
                ("tenant", "user's own"),
                ("its.tenant.id", "acme"),
                ("its.camera.id", "cam-7"),
            ] {
                assert_eq!(attribute(&record.attributes, key).as_deref(), Some(value), "{key}");
            }
            let resource = received.resources.last().expect("a resource");
            assert_eq!(attribute(&resource.attributes, "service.name").as_deref(), Some("cams"));
        });
        assert_eq!(rig.written.json()["message"], "lost");
    }
}
