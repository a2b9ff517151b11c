//! Metrics pushed over OTLP.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use its_telemetry::instruments::Camera;
use its_telemetry::testing::TestTelemetry;
use its_telemetry::{Otlp, PushMetrics, instrument_inference};
use its_test_support::wait_until;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{HistogramDataPoint, Metric, NumberDataPoint};

use crate::support::collector::{Collector, attribute};

const CUMULATIVE: i32 = 2;

#[instrument_inference(model = "yolo", version = "8")]
fn infer(fail: bool) -> Result<(), String> {
    if fail { Err("no".into()) } else { Ok(()) }
}

fn pushing(otlp: Otlp) -> TestTelemetry {
    TestTelemetry::with(|builder| {
        builder.sampling_ratio(0.0).push_metrics(PushMetrics::otlp_to(otlp).every(Duration::from_secs(3600)))
    })
}

fn flush(test: &TestTelemetry) {
    assert!(test.telemetry().flush(Duration::from_secs(20)), "flush in time");
}

fn targets(collector: &Collector) -> [Otlp; 2] {
    [Otlp::grpc(collector.grpc()).gzip(), Otlp::http(collector.http()).gzip()]
}

fn numbers<'a>(metrics: &'a [Metric], name: &str) -> Vec<&'a NumberDataPoint> {
    let points = metrics.iter().filter(|metric| metric.name == name).flat_map(|metric| match &metric.data {
        Some(Data::Sum(sum)) => {
            assert_eq!(sum.aggregation_temporality, CUMULATIVE);
            assert_eq!(sum.is_monotonic, name.ends_with("_total"));
            &sum.data_points
        }
        Some(Data::Gauge(gauge)) => &gauge.data_points,
        other => panic!("{name}: {other:?}"),
    });
    points.collect()
}

fn distributions<'a>(metrics: &'a [Metric], name: &str) -> Vec<&'a HistogramDataPoint> {
    let points = metrics.iter().filter(|metric| metric.name == name).flat_map(|metric| match &metric.data {
        Some(Data::Histogram(histogram)) => {
            assert_eq!(histogram.aggregation_temporality, CUMULATIVE);
            assert_eq!(metric.unit, "s");
            &histogram.data_points
        }
        other => panic!("{name}: {other:?}"),
    });
    points.collect()
}

fn int(point: &NumberDataPoint) -> i64 {
    match point.value {
        Some(Value::AsInt(value)) => value,
        other => panic!("{other:?}"),
    }
}

#[test]
fn values_arrive_as_they_were_recorded_over_both_protocols() {
    for n in 0..2 {
        let collector = Collector::start();
        let test = pushing(targets(&collector)[n].clone());
        test.scope("acme", "cam-7").in_scope(|| {
            (0..7).for_each(|n| drop(infer(n < 2)));
        });
        Camera::new(&test.scope("acme", "cam-7")).frame_received(1_000);
        flush(&test);
        collector.read(|received| {
            let outcomes: HashMap<_, _> = numbers(&received.metrics, "its_inference_requests_total")
                .into_iter()
                .map(|point| (attribute(&point.attributes, "outcome").expect("a label"), int(point)))
                .collect();
            assert_eq!(outcomes, HashMap::from([("ok".into(), 5), ("error".into(), 2)]));
            let in_flight = numbers(&received.metrics, "its_inference_in_flight");
            assert_eq!((in_flight.len(), int(in_flight[0])), (1, 0));
            let bytes = received.metrics.iter().find(|m| m.name == "its_camera_received_bytes_total");
            let bytes = bytes.expect("bytes");
            assert_eq!(bytes.unit, "By");
            assert_eq!(bytes.description, "Bytes received from the camera.");
            let by_camera = numbers(&received.metrics, "its_camera_received_bytes_total");
            assert_eq!(int(by_camera[0]), 1_000);
            assert_eq!(attribute(&by_camera[0].attributes, "camera").as_deref(), Some("cam-7"));
            for point in distributions(&received.metrics, "its_inference_duration_seconds") {
                assert_eq!(point.bucket_counts.len(), point.explicit_bounds.len() + 1);
                assert_eq!(point.bucket_counts.iter().sum::<u64>(), point.count);
                let failed = attribute(&point.attributes, "outcome").as_deref() == Some("error");
                assert_eq!(point.count, if failed { 2 } else { 5 });
                assert!(point.start_time_unix_nano > 0 && point.time_unix_nano >= point.start_time_unix_nano);
            }
            let resource = received.resources.last().expect("a resource");
            assert_eq!(attribute(&resource.attributes, "service.name").as_deref(), Some("test"));
        });
    }
}

#[test]
fn exemplars_point_to_exported_traces() {
    let collector = Collector::start();
    let push = PushMetrics::otlp_to(Otlp::grpc(collector.grpc()));
    let test = TestTelemetry::with(|builder| builder.sampling_ratio(1.0).push_metrics(push));
    test.in_scope(|| drop(infer(false)));
    flush(&test);
    let spans = test.spans();
    let span = spans.one("infer");
    collector.read(|received| {
        let point = distributions(&received.metrics, "its_inference_duration_seconds").remove(0);
        let exemplar = &point.exemplars[0];
        assert_eq!(exemplar.trace_id, span.trace_id.to_be_bytes());
        assert_eq!(exemplar.span_id, span.span_id.to_be_bytes());
        assert!(exemplar.time_unix_nano > 0);
    });
}

#[test]
fn a_late_series_begins_at_zero_and_keeps_its_start() {
    let collector = Collector::start();
    let test = pushing(Otlp::http(collector.http()));
    let camera = |name| Camera::new(&test.scope("acme", name));
    camera("early").frame_received(1);
    flush(&test);
    let late = camera("late");
    late.frame_received(2);
    // The zero lies before the value, so the clock has to move.
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let before = now();
    wait_until(Duration::from_secs(10), "another millisecond", || {
        if now() > before { Ok(()) } else { Err(before.to_string()) }
    });
    flush(&test);
    late.frame_received(3);
    flush(&test);
    collector.read(|received| {
        let points = numbers(&received.metrics, "its_camera_received_bytes_total");
        let of = |camera: &str| {
            let of_camera =
                points.iter().filter(|p| attribute(&p.attributes, "camera").as_deref() == Some(camera));
            of_camera.copied().collect::<Vec<_>>()
        };
        assert_eq!(of("early").into_iter().map(int).collect::<Vec<_>>(), [1, 1, 1]);
        let late = of("late");
        assert_eq!(late.iter().map(|point| int(point)).collect::<Vec<_>>(), [0, 2, 5]);
        assert_eq!(late[0].time_unix_nano, late[0].start_time_unix_nano);
        assert!(late.windows(2).all(|pair| pair[0].start_time_unix_nano == pair[1].start_time_unix_nano));
        assert!(late.windows(2).all(|pair| pair[0].time_unix_nano < pair[1].time_unix_nano));
    });
}

#[test]
fn a_zero_that_did_not_arrive_is_sent_again() {
    let collector = Collector::start();
    for target in targets(&collector) {
        let test = pushing(target);
        flush(&test);
        Camera::new(&test.scope("acme", "late")).frame_received(2);
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
        let before = now();
        wait_until(Duration::from_secs(10), "another millisecond", || {
            if now() > before { Ok(()) } else { Err(before.to_string()) }
        });
        collector.refuse(1);
        assert_eq!(values_of_late(&collector, || flush(&test)), [0; 0], "the collector was not there");
        assert_eq!(values_of_late(&collector, || flush(&test)), [0, 2]);
        assert_eq!(values_of_late(&collector, || flush(&test)), [2]);
    }
}

/// What arrives meanwhile of the camera `late`.
fn values_of_late(collector: &Collector, act: impl FnOnce()) -> Vec<i64> {
    let of_late = |metrics: &[Metric]| {
        let points = numbers(metrics, "its_camera_received_bytes_total");
        let late =
            points.into_iter().filter(|p| attribute(&p.attributes, "camera").as_deref() == Some("late"));
        late.map(int).collect::<Vec<_>>()
    };
    let before = collector.read(|received| of_late(&received.metrics).len());
    act();
    collector.read(|received| of_late(&received.metrics)).split_off(before)
}

#[test]
fn many_series_go_in_several_requests_each_once() {
    let collector = Collector::start();
    let test = TestTelemetry::with(|builder| {
        builder.max_cameras(5_000).push_metrics(PushMetrics::otlp_to(Otlp::grpc(collector.grpc())))
    });
    for n in 0..2_500 {
        Camera::new(&test.scope("acme", &format!("cam-{n}"))).frame_received(n);
    }
    flush(&test);
    collector.read(|received| {
        let points = numbers(&received.metrics, "its_camera_received_bytes_total");
        assert_eq!(points.len(), 2_500);
        assert_eq!(points.into_iter().map(int).sum::<i64>(), (0..2_500).sum::<i64>());
        assert!(received.requests > 2, "{}", received.requests);
    });
    let report = test.telemetry().shutdown_blocking(Duration::from_secs(20));
    assert!(report.is_complete(), "{report}");
}

#[test]
fn pushes_come_by_themselves_and_a_last_one_at_the_end() {
    let collector = Collector::start();
    let test = TestTelemetry::with(|builder| {
        let push = PushMetrics::otlp_to(Otlp::grpc(collector.grpc()));
        builder.push_metrics(push.every(Duration::from_millis(100)))
    });
    test.in_scope(|| drop(infer(false)));
    collector.until("three pushes", |received| received.requests >= 3);
    test.in_scope(|| drop(infer(false)));
    let report = test.telemetry().shutdown_blocking(Duration::from_secs(10));
    assert!(report.is_complete() && report.metrics.exported > 0, "{report}");
    collector.read(|received| {
        let points = numbers(&received.metrics, "its_inference_requests_total");
        let ok = |point: &&NumberDataPoint| attribute(&point.attributes, "outcome").as_deref() == Some("ok");
        assert_eq!(points.into_iter().filter(ok).map(int).max(), Some(2));
    });
}
