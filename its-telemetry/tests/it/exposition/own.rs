//! What the telemetry says about itself.

use std::time::Duration;

use its_telemetry::instruments::Camera;
use its_telemetry::testing::TestTelemetry;
use metrics::{counter, with_local_recorder};

use crate::support::page;

#[test]
fn limits_and_use_are_metrics() {
    let test = TestTelemetry::with(|builder| {
        builder.max_tenants(2).max_cameras(3).max_series(4).service_version("1.2.3")
    });
    for (tenant, camera) in [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2"), ("c", "1")] {
        test.scope(tenant, camera);
    }
    with_local_recorder(&test.telemetry().recorder(), || {
        (0..6).for_each(|n| counter!("events", "model" => n.to_string()).increment(1));
    });
    let lines = page::parse(test.telemetry().render(None).text());
    let value = |name: &str, label: &str, wanted: &str| {
        let found = page::of(&lines, name).into_iter().find(|line| line.labels[label] == wanted);
        found.map(|line| line.value)
    };
    assert_eq!(value("its_telemetry_series_limit", "label", "tenant"), Some(2.0));
    assert_eq!(value("its_telemetry_series_limit", "label", "camera"), Some(3.0));
    assert_eq!(value("its_telemetry_overflow_total", "label", "tenant"), Some(1.0));
    // The fourth camera of a tenant with a place, and the one whose tenant has none.
    assert_eq!(value("its_telemetry_overflow_total", "label", "camera"), Some(2.0));
    assert_eq!(value("its_telemetry_overflow_total", "label", "model"), Some(2.0));
    assert_eq!(value("its_telemetry_series", "metric", "events_total"), Some(5.0));
    assert_eq!(value("its_telemetry_evicted_series_total", "metric", "events_total"), None, "they stay");
    assert_eq!(value("its_telemetry_dropped_total", "reason", "registry_full"), Some(0.0));
    let build = page::of(&lines, "its_telemetry_build_info")[0];
    assert_eq!(
        (build.labels["service"].as_str(), build.labels["service_version"].as_str()),
        ("test", "1.2.3")
    );
    assert_eq!((build.labels["version"].as_str(), build.value), (env!("CARGO_PKG_VERSION"), 1.0));
}

#[test]
fn evicted_series_are_counted_from_zero_where_series_end() {
    let test = TestTelemetry::with(|builder| builder.idle_after(Duration::from_secs(10)));
    let evicted = |metric: &str| {
        test.clock().advance(Duration::from_secs(60));
        let lines = page::parse(test.telemetry().render(None).text());
        let found = page::of(&lines, "its_telemetry_evicted_series_total");
        found.into_iter().find(|line| line.labels["metric"] == metric).map(|line| line.value)
    };
    let camera = Camera::new(&test.scope("a", "1"));
    with_local_recorder(&test.telemetry().recorder(), || counter!("events").increment(1));
    assert_eq!(evicted("its_camera_up"), None, "somebody holds it");
    drop(camera);
    // Zero is shown before one, so that `increase()` sees the first series that ends.
    let seen: Vec<_> = (0..4).map(|_| evicted("its_camera_up")).collect();
    let first = seen.iter().position(Option::is_some).expect("shown");
    assert_eq!(seen[first], Some(0.0), "{seen:?}");
    assert_eq!(seen.last(), Some(&Some(1.0)), "{seen:?}");
    assert_eq!(evicted("events_total"), None, "a metric of the facade stays");
}
