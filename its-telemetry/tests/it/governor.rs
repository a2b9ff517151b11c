//! Limits of tenants and cameras.

use std::time::Duration;

use its_telemetry::testing::TestTelemetry;
use its_telemetry::{assert_metric, instrument_inference};

#[instrument_inference(model = "yolo")]
fn infer() -> u8 {
    1
}

#[test]
fn the_camera_folds_before_the_tenant() {
    let test = TestTelemetry::with(|builder| builder.max_tenants(2).max_cameras(3));
    for (tenant, camera) in [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2"), ("c", "1"), ("a", "1")] {
        test.scope(tenant, camera).in_scope(infer);
    }
    let requests = |tenant, camera| {
        test.select("its_camera_inference_requests_total", &[("tenant", tenant), ("camera", camera)]).value()
    };
    assert_eq!(requests("a", "1"), 2.0);
    assert_eq!(requests("b", "1"), 1.0);
    assert_eq!(requests("b", "_other"), 1.0);
    assert_eq!(requests("_other", "_other"), 1.0);
    assert_metric!(test, "its_tenant_inference_requests_total", { tenant = "b", outcome = "ok" } == 2);
    assert_metric!(test, "its_tenant_inference_requests_total", { tenant = "_other" } == 1);
    assert_metric!(test, "its_inference_requests_total", { outcome = "ok" } == 6);
}

#[test]
fn a_place_that_is_held_is_never_taken_away() {
    let test = TestTelemetry::with(|builder| builder.max_cameras(1).idle_after(Duration::from_secs(10)));
    let held = test.scope("a", "1");
    test.clock().advance(Duration::from_secs(60));
    test.scope("a", "2").in_scope(infer);
    held.in_scope(infer);
    assert_metric!(test, "its_camera_inference_requests_total", { camera = "1" } == 1);
    assert_metric!(test, "its_camera_inference_requests_total", { camera = "_other" } == 1);
}
