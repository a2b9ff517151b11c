//! The formats, line by line.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use its_telemetry::__private::{Call, Kind, Site};
use its_telemetry::Outcome;
use its_telemetry::instruments::Camera;
use its_telemetry::registry::{Bounds, Matcher};
use its_telemetry::testing::TestTelemetry;
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge, histogram, with_local_recorder};

use super::{OPEN_METRICS, PROTOBUF};
use crate::support::page::{self, about};
use crate::support::protobuf;

fn with_users_metrics() -> TestTelemetry {
    let bounds = Bounds::new(&[0.5, 1.0, 2_000_000.0]).expect("bounds");
    let test = TestTelemetry::with(|builder| builder.histogram_bounds(Matcher::Prefix("u_".into()), bounds));
    with_local_recorder(&test.telemetry().recorder(), || {
        describe_counter!("u_sent_bytes", Unit::Bytes, "Bytes \"sent\",\nall \\ of them.");
        counter!("u_sent_bytes", "to" => "b").increment(7);
        counter!("u_sent_bytes", "to" => "a\"\\\n", "by" => "ü").increment(u64::MAX);
        describe_gauge!("u_level", Unit::Bytes, "Not in the name.");
        gauge!("u_level").set(-1.5);
        let sizes = histogram!("u_sizes");
        [0.1, 0.5, 0.6, 3.0, 3e6].iter().for_each(|size| sizes.record(*size));
        histogram!("u_sizes", "kind" => "x").record(-4.25);
    });
    test
}

#[test]
fn text() {
    let test = with_users_metrics();
    let page = test.telemetry().render(None);
    assert_eq!(page.content_type, "text/plain; version=0.0.4; charset=utf-8");
    let expected = "\
# TYPE u_level gauge
u_level -1.5
# HELP u_sent_bytes_total Bytes \"sent\",\\nall \\\\ of them.
# TYPE u_sent_bytes_total counter
u_sent_bytes_total{by=\"ü\",to=\"a\\\"\\\\\\n\"} 18446744073709551615
u_sent_bytes_total{to=\"b\"} 7
# TYPE u_sizes histogram
u_sizes_bucket{le=\"0.5\"} 2
u_sizes_bucket{le=\"1.0\"} 3
u_sizes_bucket{le=\"2e+06\"} 4
u_sizes_bucket{le=\"+Inf\"} 5
u_sizes_sum 3000004.2
u_sizes_count 5
u_sizes_bucket{kind=\"x\",le=\"0.5\"} 1
u_sizes_bucket{kind=\"x\",le=\"1.0\"} 1
u_sizes_bucket{kind=\"x\",le=\"2e+06\"} 1
u_sizes_bucket{kind=\"x\",le=\"+Inf\"} 1
u_sizes_sum{kind=\"x\"} -4.25
u_sizes_count{kind=\"x\"} 1
"
    .replace("# TYPE u_level", "# HELP u_level Not in the name.\n# TYPE u_level");
    assert_eq!(about(page.text(), "u_"), expected);
}

#[test]
fn open_metrics() {
    let test = with_users_metrics();
    let page = test.telemetry().render(OPEN_METRICS);
    assert_eq!(page.content_type, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    let expected = "\
# HELP u_sent_bytes Bytes \\\"sent\\\",\\nall \\\\ of them.
# TYPE u_sent_bytes counter
# UNIT u_sent_bytes bytes
u_sent_bytes_total{by=\"ü\",to=\"a\\\"\\\\\\n\"} 18446744073709551615
u_sent_bytes_total{to=\"b\"} 7
";
    assert_eq!(about(page.text(), "u_sent"), expected);
    assert_eq!(about(page.text(), "u_level").matches("# UNIT").count(), 0);
    assert!(page.text().ends_with("\n# EOF\n"));
    // The samples are those of the text format.
    let samples = |page: &str| page::parse(&about(page, "u_"));
    assert_eq!(samples(page.text()), samples(test.telemetry().render(None).text()));
}

#[test]
fn protobuf() {
    let test = with_users_metrics();
    let page = test.telemetry().render(PROTOBUF);
    assert_eq!(
        page.content_type,
        "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
    );
    assert_eq!(page.text(), "", "protobuf is no text");
    let families = protobuf::parse(&page.body);
    let [level, sent, sizes] = ["u_level", "u_sent_bytes_total", "u_sizes"]
        .map(|name| families.iter().find(|family| family.name == name).expect("family"));
    assert_eq!((level.kind, sent.kind, sizes.kind), (1, 0, 4));
    assert_eq!((level.unit.as_deref(), sent.unit.as_deref()), (None, Some("bytes")));
    assert_eq!(sent.help.as_deref(), Some("Bytes \"sent\",\nall \\ of them."));
    assert_eq!((level.created.len(), sent.created.len(), sizes.created.len()), (0, 2, 2));
    let lines: Vec<_> = [level, sent, sizes].into_iter().flat_map(|family| family.lines.clone()).collect();
    assert_eq!(lines, page::parse(&about(test.telemetry().render(None).text(), "u_")));
}

#[test]
fn families_and_series_are_ordered() {
    let test = TestTelemetry::new();
    with_local_recorder(&test.telemetry().recorder(), || {
        for name in ["zebra", "ant", "moth"] {
            for id in [30, 4, 200, 1] {
                gauge!(name, "id" => id.to_string()).set(f64::from(id));
            }
        }
    });
    let page = test.telemetry().render(None);
    let names: Vec<&str> = page.text().lines().filter_map(|line| line.strip_prefix("# TYPE ")).collect();
    assert!(names.is_sorted(), "{names:?}");
    assert!(names.contains(&"ant gauge") && names.contains(&"zebra gauge"));
    let series: Vec<&str> = page.text().lines().filter(|line| line.starts_with("moth{")).collect();
    assert_eq!(series.len(), 4);
    assert!(series.is_sorted(), "{series:?}");
    assert_eq!(page, test.telemetry().render(None));
}

#[test]
fn gauges_that_are_no_number_have_a_name() {
    let test = TestTelemetry::new();
    with_local_recorder(&test.telemetry().recorder(), || {
        gauge!("nan").set(f64::NAN);
        gauge!("high").set(f64::INFINITY);
        gauge!("low").set(f64::NEG_INFINITY);
    });
    for accept in [None, OPEN_METRICS] {
        let page = test.telemetry().render(accept);
        for line in ["nan NaN\n", "high +Inf\n", "low -Inf\n"] {
            assert!(page.text().contains(line), "{line}");
        }
    }
    let families = protobuf::parse(&test.telemetry().render(PROTOBUF).body);
    let value =
        |name: &str| families.iter().find(|family| family.name == name).expect("family").lines[0].value;
    assert!(value("nan").is_nan());
    assert_eq!((value("high"), value("low")), (f64::INFINITY, f64::NEG_INFINITY));
}

#[test]
fn a_metric_without_series_is_left_out() {
    let test = TestTelemetry::with(|builder| builder.idle_after(Duration::from_secs(10)));
    drop(Camera::new(&test.scope("t", "c")));
    assert!(test.telemetry().render(None).text().contains("its_camera_up"));
    for _ in 0..3 {
        test.clock().advance(Duration::from_secs(60));
        test.telemetry().render(None);
    }
    let page = test.telemetry().render(OPEN_METRICS);
    assert!(!page.text().contains("\n# TYPE its_camera_up"), "{}", page.text());
    assert!(page.text().contains("its_telemetry_evicted_series_total{metric=\"its_camera_up\"} 1\n"));
}

#[test]
fn exported_calls_are_exemplars() {
    static SITE: Site = Site::new(Kind::Inference, "infer", "exposition").model("yolo").version("8");
    let test = TestTelemetry::new();
    let call = || {
        let observation = Call::new(&SITE).start();
        let identity = observation.identity().expect("a measured call");
        test.clock().advance(Duration::from_millis(80));
        observation.finish(Outcome::Ok);
        (format!("{:032x}", identity.trace_id()), format!("{:016x}", identity.span_id()))
    };
    let (trace, span) = test.in_scope(call);

    let name = "its_inference_duration_seconds_bucket";
    assert!(!test.telemetry().render(None).text().contains(" # {"), "text has no exemplars");
    let lines = page::parse(test.telemetry().render(OPEN_METRICS).text());
    let families = protobuf::parse(&test.telemetry().render(PROTOBUF).body);
    let from_protobuf: Vec<_> = families.into_iter().flat_map(|family| family.lines).collect();
    for lines in [lines, from_protobuf] {
        let with: Vec<_> =
            page::of(&lines, name).into_iter().filter(|line| line.exemplar.is_some()).collect();
        assert_eq!(with.len(), 1);
        assert_eq!(with[0].labels["le"], "0.08");
        let exemplar = with[0].exemplar.clone().expect("exemplar");
        assert_eq!(exemplar.labels["trace_id"], trace);
        assert_eq!(exemplar.labels["span_id"], span);
        assert_eq!(exemplar.value, 0.08);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("time").as_secs_f64();
        assert!((now - 60.0..=now).contains(&exemplar.timestamp), "{exemplar:?}");
    }
}

#[test]
fn open_metrics_shows_when_a_series_began_if_asked() {
    let test = TestTelemetry::with(|builder| builder.created_timestamps(true));
    with_local_recorder(&test.telemetry().recorder(), || {
        counter!("calls", "a" => "1").increment(1);
        histogram!("sizes").record(1.0);
        gauge!("level").set(1.0);
    });
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("time").as_secs_f64();
    let lines = page::parse(test.telemetry().render(OPEN_METRICS).text());
    let created = |name: &str| page::of(&lines, name)[0].value;
    assert!((now - 60.0..=now).contains(&created("calls_created")));
    assert!((now - 60.0..=now).contains(&created("sizes_created")));
    assert!(page::of(&lines, "level_created").is_empty());
    let at = lines.iter().position(|line| line.name == "calls_created").expect("created");
    assert_eq!(lines[at - 1].name, "calls_total", "beside its series");
    // Neither in text, where it would be a metric of its own, nor unless asked.
    assert!(!test.telemetry().render(None).text().contains("_created"));
    let unasked = with_users_metrics();
    assert!(!unasked.telemetry().render(OPEN_METRICS).text().contains("_created"));
    // Protobuf has a field for it.
    let families = protobuf::parse(&unasked.telemetry().render(PROTOBUF).body);
    let sizes = families.iter().find(|family| family.name == "u_sizes").expect("family");
    assert!(sizes.created.iter().all(|created| (now - 60.0..now + 60.0).contains(created)));
}

#[test]
fn a_sum_that_may_go_down_is_none_in_open_metrics() {
    let test = TestTelemetry::with(|builder| {
        builder.histogram_bounds(Matcher::Full("celsius".into()), Bounds::new(&[-10.0, 0.0]).expect("bounds"))
    });
    with_local_recorder(&test.telemetry().recorder(), || histogram!("celsius").record(-20.0));
    assert!(test.telemetry().render(None).text().contains("celsius_sum -20\n"));
    let page = test.telemetry().render(OPEN_METRICS);
    assert!(!page.text().contains("celsius_sum") && !page.text().contains("celsius_count"));
    assert!(page.text().contains("celsius_bucket{le=\"-10.0\"} 1\n"));
}
