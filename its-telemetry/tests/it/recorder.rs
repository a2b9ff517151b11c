//! Users' own metrics, through the facade.

use its_telemetry::assert_metric;
use its_telemetry::registry::{Bounds, Matcher};
use its_telemetry::testing::TestTelemetry;
use metrics::{counter, gauge, histogram, with_local_recorder};

use crate::support::page;

#[test]
fn macros_of_the_facade_land_in_the_registry() {
    let test = TestTelemetry::with(|builder| {
        builder
            .histogram_bounds(Matcher::Suffix("_metres".into()), Bounds::new(&[1.0, 10.0]).expect("bounds"))
    });
    with_local_recorder(&test.telemetry().recorder(), || {
        for lane in ["1", "2", "2"] {
            counter!("lane_changes", "lane" => lane).increment(2);
        }
        counter!("frames_seen_total").absolute(7);
        counter!("frames_seen_total").absolute(5);
        gauge!("queue").set(3.0);
        gauge!("queue").increment(1.5);
        histogram!("headway_metres").record(10.0);
        histogram!("headway_metres").record(f64::NAN);
        histogram!("headway_metres").record_many(11.0, 3);
    });
    assert_metric!(test, "lane_changes_total", { lane = "1" } == 2);
    assert_metric!(test, "lane_changes_total", { lane = "2" } == 4);
    assert_metric!(test, "frames_seen_total" == 7);
    assert_metric!(test, "queue" == 4.5);
    let headway = test.samples("headway_metres");
    assert_eq!(headway[0].buckets, [(1.0, 0), (10.0, 1), (f64::INFINITY, 3)]);
    assert_eq!(headway[0].sum, Some(43.0));
}

#[test]
fn a_name_of_another_kind_records_nothing() {
    let test = TestTelemetry::new();
    with_local_recorder(&test.telemetry().recorder(), || {
        gauge!("speed").set(1.0);
        histogram!("speed").record(1.0);
        counter!("speed_count_total").increment(1);
        histogram!("latency").record(1.0);
        gauge!("latency_count").set(9.0);
    });
    assert_metric!(test, "speed" == 1);
    assert_metric!(test, "speed_count_total" == 1);
    assert!(test.samples("latency_count").is_empty());
}

#[test]
fn a_histogram_keeps_le_for_its_buckets() {
    let test = TestTelemetry::new();
    with_local_recorder(&test.telemetry().recorder(), || {
        histogram!("latency", "le" => "1").record(1.0);
        histogram!("latency", "le" => "2", "lane" => "1").record(1.0);
        histogram!("latency", "quantile" => "0.5").record(1.0);
        counter!("calls", "le" => "1").increment(1);
    });
    assert_eq!(test.samples("latency").len(), 1);
    assert_metric!(test, "latency", { quantile = "0.5" } == 1);
    assert_metric!(test, "calls_total", { le = "1" } == 1);
    let lines = page::parse(test.telemetry().render(None).text());
    let dropped = page::of(&lines, "its_telemetry_dropped_total");
    let refused = dropped.iter().find(|line| line.labels["reason"] == "reserved_label").expect("counted");
    assert_eq!((refused.labels["signal"].as_str(), refused.value), ("metrics", 2.0));
}

#[test]
fn strange_names_are_made_valid() {
    let test = TestTelemetry::new();
    with_local_recorder(&test.telemetry().recorder(), || {
        counter!("http.server.requests", "http.route" => "/a\"b\\c\n", "9" => "x").increment(1);
    });
    assert_metric!(test, "http_server_requests_total", { http_route = "/a\"b\\c\n", _9 = "x" } == 1);
}

#[test]
fn a_full_metric_folds_the_camera_first() {
    let test = TestTelemetry::with(|builder| builder.max_series(10));
    with_local_recorder(&test.telemetry().recorder(), || {
        for camera in 0..100 {
            let (tenant, camera) = (format!("t{}", camera % 50), format!("c{camera}"));
            counter!("events", "kind" => "door", "tenant" => tenant, "camera" => camera).increment(1);
        }
    });
    assert_metric!(test, "events_total" == 100);
    assert_metric!(test, "events_total", { kind = "door" } == 100);
    // Ten of their own, ten tenants whose cameras are folded, and the rest.
    assert_eq!(test.samples("events_total").len(), 21);
    assert_metric!(test, "events_total", { tenant = "t10", camera = "_other" } == 2);
    assert_metric!(test, "events_total", { tenant = "_other", camera = "_other" } == 70);
}
