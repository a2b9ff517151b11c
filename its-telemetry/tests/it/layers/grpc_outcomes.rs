//! Every way in which a gRPC call can end, for server and client.

use std::panic::{AssertUnwindSafe, catch_unwind};

use http::{Request, Response};
use its_telemetry::layer::{GrpcClientLayer, GrpcServerLayer};
use its_telemetry::testing::TestTelemetry;
use its_telemetry::{Outcome, assert_metric};
use tower::Layer;

use super::support::{Act, Acting, Client, Step, exchange};

const METHOD: &str = "its.v1.Frames/Analyse";

fn run<L, B>(test: &TestTelemetry, layer: &L, act: &Act, client: Client, timeout: Option<&str>)
where
    L: Layer<Acting>,
    L::Service: tower::Service<Request<()>, Response = Response<B>, Error = &'static str>,
    B: http_body::Body,
{
    let mut inner = Acting::new(test, act.clone());
    inner.knows_its_end = true;
    let mut service = layer.layer(inner);
    let mut request =
        Request::builder().method("POST").uri("http://inference.local:50051/its.v1.Frames/Analyse");
    if let Some(timeout) = timeout {
        request = request.header("grpc-timeout", timeout);
    }
    let request = request.body(()).expect("a request");
    let _ = catch_unwind(AssertUnwindSafe(|| exchange(&mut service, request, client)));
}

/// One call was counted, in the method's own series once there was an answer.
fn check(test: &TestTelemetry, what: &str, side: &str, status: &str, outcome: Outcome, method: &str) {
    let name = format!("rpc_{side}_call_duration_seconds");
    let labels = [
        ("rpc_system_name", "grpc"),
        ("rpc_method", method),
        ("rpc_response_status_code", status),
        ("outcome", outcome.as_str()),
    ];
    let selected = test.select(&name, &labels);
    assert_eq!(selected.value(), 1.0, "{what}: {selected}");
    assert_eq!(test.samples(&name).iter().map(|sample| sample.value).sum::<f64>(), 1.0, "{what}: once");
    let active: f64 =
        test.samples(&format!("its_rpc_{side}_active_calls")).iter().map(|sample| sample.value).sum();
    assert_eq!(active, 0.0, "{what}: in flight");
}

const NAMES: [(&str, Outcome, Outcome); 17] = {
    use Outcome::{Cancelled, Error, Ok, Rejected, Timeout};
    [
        ("OK", Ok, Ok),
        ("CANCELLED", Cancelled, Cancelled),
        ("UNKNOWN", Error, Error),
        ("INVALID_ARGUMENT", Ok, Error),
        ("DEADLINE_EXCEEDED", Timeout, Timeout),
        ("NOT_FOUND", Ok, Error),
        ("ALREADY_EXISTS", Ok, Error),
        ("PERMISSION_DENIED", Ok, Error),
        ("RESOURCE_EXHAUSTED", Rejected, Rejected),
        ("FAILED_PRECONDITION", Ok, Error),
        ("ABORTED", Ok, Error),
        ("OUT_OF_RANGE", Ok, Error),
        ("UNIMPLEMENTED", Error, Error),
        ("INTERNAL", Error, Error),
        ("UNAVAILABLE", Rejected, Rejected),
        ("DATA_LOSS", Error, Error),
        ("UNAUTHENTICATED", Ok, Error),
    ]
};

const CODES: [&[(&str, &str)]; 17] = [
    &[("grpc-status", "0")],
    &[("grpc-status", "1")],
    &[("grpc-status", "2")],
    &[("grpc-status", "3")],
    &[("grpc-status", "4")],
    &[("grpc-status", "5")],
    &[("grpc-status", "6")],
    &[("grpc-status", "7")],
    &[("grpc-status", "8")],
    &[("grpc-status", "9")],
    &[("grpc-status", "10")],
    &[("grpc-status", "11")],
    &[("grpc-status", "12")],
    &[("grpc-status", "13")],
    &[("grpc-status", "14")],
    &[("grpc-status", "15")],
    &[("grpc-status", "16")],
];

fn both(what: &str, act: &Act, client: Client, status: &str, outcomes: (Outcome, Outcome), method: &str) {
    let test = TestTelemetry::new();
    run(&test, &GrpcServerLayer::new(test.telemetry()), act, client, None);
    check(&test, what, "server", status, outcomes.0, method);
    run(&test, &GrpcClientLayer::new(test.telemetry()), act, client, None);
    check(&test, what, "client", status, outcomes.1, METHOD);
    assert_metric!(test, "rpc_client_call_duration_seconds", { server_address = "inference.local", server_port = "50051" } == 1);
}

#[test]
fn the_status_is_read_from_trailers_and_from_headers() {
    for (pairs, (name, server, client)) in CODES.into_iter().zip(NAMES) {
        let steps = vec![Step::Data("message"), Step::Trailers(pairs)];
        both(name, &Act::Answer(200, &[], steps), Client::ReadsAll, name, (server, client), METHOD);
        let method = if name == "UNIMPLEMENTED" { "_OTHER" } else { METHOD };
        both(name, &Act::Answer(200, pairs, vec![]), Client::ReadsAll, name, (server, client), method);
    }
}

#[test]
fn a_call_without_a_status_ends_as_it_ended() {
    use Outcome::{Cancelled, Error, Panicked};
    let answer = |steps: &[Step]| Act::Answer(200, &[], steps.to_vec());
    let all = Client::ReadsAll;
    let data = Step::Data("message");
    let nonsense = [data.clone(), Step::Trailers(&[("grpc-status", "many")])];
    let beyond = [data.clone(), Step::Trailers(&[("grpc-status", "17")])];
    for (what, act, client, status, outcome, method) in [
        ("no trailers", answer(std::slice::from_ref(&data)), all, "UNKNOWN", Error, METHOD),
        ("trailers without it", answer(&[Step::Trailers(&[])]), all, "UNKNOWN", Error, METHOD),
        ("no number", answer(&nonsense), all, "UNKNOWN", Error, METHOD),
        ("no code", answer(&beyond), all, "UNKNOWN", Error, METHOD),
        (
            "left half-way",
            answer(&[data.clone(), data.clone()]),
            Client::LeavesAfter(1),
            "",
            Cancelled,
            METHOD,
        ),
        ("left at once", answer(&[]), Client::LeavesAtOnce, "", Cancelled, "_OTHER"),
        ("broke off", answer(&[data.clone(), Step::Fail]), all, "", Error, METHOD),
        ("the stream panics", answer(&[data.clone(), Step::Panic]), all, "", Panicked, METHOD),
        ("no response", Act::Fail, all, "", Error, "_OTHER"),
        ("the handler panics", Act::Panic, all, "", Panicked, "_OTHER"),
        ("not gRPC", Act::Answer(404, &[], vec![]), all, "UNIMPLEMENTED", Error, "_OTHER"),
        ("a proxy's 503", Act::Answer(503, &[], vec![]), all, "UNAVAILABLE", Outcome::Rejected, METHOD),
    ] {
        both(what, &act, client, status, (outcome, outcome), method);
    }
}

#[test]
fn a_call_given_up_after_its_timeout_is_a_timeout() {
    let act = Act::Answer(200, &[], vec![Step::Data("a"), Step::Data("b"), Step::Data("c")]);
    for (timeout, outcome) in
        [("30m", Outcome::Timeout), ("1S", Outcome::Cancelled), ("soon", Outcome::Cancelled)]
    {
        let test = TestTelemetry::new();
        let client = Client::LeavesAfter(1);
        run(&test, &GrpcServerLayer::new(test.telemetry()), &act, client, Some(timeout));
        check(&test, timeout, "server", "", outcome, METHOD);
        run(&test, &GrpcClientLayer::new(test.telemetry()), &act, client, Some(timeout));
        check(&test, timeout, "client", "", outcome, METHOD);
    }
}

#[test]
fn the_first_message_has_a_time_of_its_own() {
    let test = TestTelemetry::new();
    let steps = vec![Step::Data("a"), Step::Data("b"), Step::Trailers(&[("grpc-status", "0")])];
    let act = Act::Answer(200, &[], steps);
    run(&test, &GrpcServerLayer::new(test.telemetry()), &act, Client::ReadsAll, None);
    for (metric, seconds) in [
        ("its_rpc_server_headers_duration_seconds", 0.02),
        ("its_rpc_server_first_byte_duration_seconds", 0.04),
        ("rpc_server_call_duration_seconds", 0.08),
    ] {
        let samples = test.samples(metric);
        assert_eq!(samples.len(), 1, "{metric}");
        let sum = samples[0].sum.expect("a histogram");
        assert!((sum - seconds).abs() < 1e-9, "{metric} is {sum} s");
    }
}
