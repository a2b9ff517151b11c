//! Requests that are given up at any moment leave nothing in flight, and are counted once each.

use std::panic::{AssertUnwindSafe, catch_unwind};

use http::Request;
use its_telemetry::layer::{GrpcServerLayer, HttpClientLayer, HttpServerLayer};
use its_telemetry::testing::TestTelemetry;
use tower::Layer;

use super::support::{Act, Acting, Client, Step, exchange};
use crate::support::{Lcg, short_or_full};

fn anything(random: &mut Lcg) -> Act {
    let mut steps = Vec::new();
    for _ in 0..random.below(5) {
        steps.push(match random.below(8) {
            0 => Step::Trailers(&[("grpc-status", "0")]),
            1 => Step::Fail,
            2 => Step::Panic,
            3 => Step::Pending,
            _ => Step::Data("frame"),
        });
    }
    match random.below(8) {
        0 => Act::Fail,
        1 => Act::Panic,
        2 => Act::PanicAtOnce,
        3 => Act::Answer(500, &[], steps),
        _ => Act::Answer(200, &[], steps),
    }
}

#[test]
fn ten_thousand_random_ends_leave_no_residue() {
    let count = short_or_full(2_000, 10_000);
    let test = TestTelemetry::new();
    let mut random = Lcg(7);
    for _ in 0..count {
        let mut inner = Acting::new(&test, anything(&mut random));
        inner.knows_its_end = random.below(2) == 0;
        let client = match random.below(4) {
            0 => Client::LeavesAtOnce,
            1 => Client::LeavesAfter(random.below(4) as usize),
            _ => Client::ReadsAll,
        };
        // One layer in the other, as in a service that calls another one.
        let inside = HttpClientLayer::new(test.telemetry()).layer(inner);
        let middle = GrpcServerLayer::new(test.telemetry()).layer(inside);
        let mut service = HttpServerLayer::new(test.telemetry()).layer(middle);
        let request = Request::builder().uri("/its.v1.Frames/Analyse").body(()).expect("a request");
        let _ = catch_unwind(AssertUnwindSafe(|| exchange(&mut service, request, client)));
    }
    for (active, ended) in [
        ("http_server_active_requests", "http_server_request_duration_seconds"),
        ("its_rpc_server_active_calls", "rpc_server_call_duration_seconds"),
        ("http_client_active_requests", "http_client_request_duration_seconds"),
    ] {
        let in_flight: Vec<f64> = test.samples(active).iter().map(|sample| sample.value).collect();
        assert!(
            !in_flight.is_empty() && in_flight.iter().all(|value| *value == 0.0),
            "{active}: {in_flight:?}"
        );
        let total: f64 = test.samples(ended).iter().map(|sample| sample.value).sum();
        assert_eq!(total, count as f64, "{ended}");
    }
}
