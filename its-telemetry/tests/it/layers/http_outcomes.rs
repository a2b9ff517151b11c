//! Every way in which an HTTP request can end, for server and client: status, outcome, times and in-flight are right.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use http::{Request, Response};
use its_telemetry::layer::{HttpClientLayer, HttpServerLayer};
use its_telemetry::testing::TestTelemetry;
use its_telemetry::{Outcome, Verdict};
use tower::Layer;

use super::support::{Act, Acting, Client, STEP, Step, exchange};

struct Case {
    what: &'static str,
    act: Act,
    client: Client,
    method: &'static str,
    knows_its_end: bool,
    exact: Option<u64>,
    /// Status, outcome of the server, outcome of the client.
    expected: (&'static str, Outcome, Outcome),
    /// Steps until the headers, the first byte and the end.
    steps: (Option<u32>, Option<u32>, u32),
}

impl Case {
    fn new(what: &'static str, act: Act, client: Client, status: &'static str, both: Outcome) -> Self {
        Self {
            what,
            act,
            client,
            method: "GET",
            knows_its_end: false,
            exact: None,
            expected: (status, both, both),
            steps: (Some(1), None, 1),
        }
    }

    fn steps(mut self, headers: Option<u32>, first_byte: Option<u32>, end: u32) -> Self {
        self.steps = (headers, first_byte, end);
        self
    }
}

fn answer(status: u16, steps: &[Step]) -> Act {
    Act::Answer(status, &[], steps.to_vec())
}

fn cases() -> Vec<Case> {
    use Client::{LeavesAfter, LeavesAtOnce, ReadsAll};
    use Outcome::{Cancelled, Error, Ok, Panicked, Rejected, Timeout};
    let two = [Step::Data("ab"), Step::Data("cd")];
    let mut cases =
        vec![
            Case::new("all is read", answer(200, &two), ReadsAll, "200", Ok).steps(Some(1), Some(2), 4),
            Case::new("no body", answer(200, &[]), ReadsAll, "200", Ok).steps(Some(1), None, 2),
            Case::new(
                "trailers are the end",
                answer(200, &[Step::Data("ab"), Step::Trailers(&[("digest", "x")])]),
                LeavesAfter(2),
                "200",
                Ok,
            )
            .steps(Some(1), Some(2), 3),
            Case::new("dropped before the headers", answer(200, &two), LeavesAtOnce, "", Cancelled)
                .steps(None, None, 0),
            Case::new("dropped after the headers", answer(200, &two), LeavesAfter(0), "200", Cancelled),
            Case::new("dropped half-way", answer(200, &two), LeavesAfter(1), "200", Cancelled).steps(
                Some(1),
                Some(2),
                2,
            ),
            Case::new(
                "dropped while it waits",
                answer(200, &[Step::Data("ab"), Step::Pending]),
                ReadsAll,
                "200",
                Cancelled,
            )
            .steps(Some(1), Some(2), 3),
            Case::new("the body fails", answer(200, &[Step::Data("ab"), Step::Fail]), ReadsAll, "200", Error)
                .steps(Some(1), Some(2), 3),
            Case::new(
                "the body panics",
                answer(200, &[Step::Data("ab"), Step::Panic]),
                ReadsAll,
                "200",
                Panicked,
            )
            .steps(Some(1), Some(2), 3),
            Case::new("the service fails", Act::Fail, ReadsAll, "", Error).steps(None, None, 1),
            Case::new("the service panics", Act::Panic, ReadsAll, "", Panicked).steps(None, None, 1),
            Case::new("the call itself panics", Act::PanicAtOnce, ReadsAll, "", Panicked)
                .steps(None, None, 0),
            Case::new("it never answers", Act::Never, LeavesAtOnce, "", Cancelled).steps(None, None, 0),
            Case {
                method: "HEAD",
                ..Case::new("an answer to HEAD", answer(200, &two), LeavesAfter(0), "200", Ok)
            },
            Case::new("204 has no body", answer(204, &[]), LeavesAfter(0), "204", Ok),
            Case::new("304 has no body", answer(304, &[]), LeavesAfter(0), "304", Ok),
            Case::new("101 is an upgrade", answer(101, &[]), LeavesAfter(0), "101", Ok),
            Case {
                knows_its_end: true,
                ..Case::new("a body that is empty", answer(200, &[]), LeavesAfter(0), "200", Ok)
            },
            Case {
                knows_its_end: true,
                ..Case::new("the last frame is the end", answer(200, &two), ReadsAll, "200", Ok).steps(
                    Some(1),
                    Some(2),
                    3,
                )
            },
            Case {
                exact: Some(4),
                ..Case::new("as long as it said", answer(200, &two), LeavesAfter(2), "200", Ok).steps(
                    Some(1),
                    Some(2),
                    3,
                )
            },
            Case::new(
                "as long as its header said",
                Act::Answer(200, &[("content-length", "4")], two.to_vec()),
                LeavesAfter(2),
                "200",
                Ok,
            )
            .steps(Some(1), Some(2), 3),
            Case {
                exact: Some(5),
                ..Case::new("shorter than it said", answer(200, &two), LeavesAfter(2), "200", Cancelled)
                    .steps(Some(1), Some(2), 3)
            },
        ];
    for (status, text, server, client) in [
        (100, "100", Ok, Ok),
        (302, "302", Ok, Ok),
        (400, "400", Ok, Error),
        (404, "404", Ok, Error),
        (408, "408", Timeout, Timeout),
        (429, "429", Rejected, Rejected),
        (499, "499", Ok, Error),
        (500, "500", Error, Error),
        (503, "503", Rejected, Rejected),
        (504, "504", Timeout, Timeout),
        (599, "599", Error, Error),
    ] {
        let mut case = Case::new("a status", answer(status, &[]), ReadsAll, text, Ok);
        case.expected = (text, server, client);
        case.steps = (Some(1), None, if status == 100 { 1 } else { 2 });
        cases.push(case);
    }
    cases
}

fn run<L, B>(test: &TestTelemetry, layer: &L, case: &Case)
where
    L: Layer<Acting>,
    L::Service: tower::Service<Request<()>, Response = Response<B>, Error = &'static str>,
    B: http_body::Body,
{
    let inner = Acting {
        knows_its_end: case.knows_its_end,
        exact: case.exact,
        ..Acting::new(test, case.act.clone())
    };
    let mut service = layer.layer(inner);
    let request = Request::builder().method(case.method).uri("http://camera.local:8080/frames/7");
    let request = request.body(()).expect("a request");
    let panicked = catch_unwind(AssertUnwindSafe(|| exchange(&mut service, request, case.client))).is_err();
    assert_eq!(panicked, case.expected.1 == Outcome::Panicked, "{}: the panic passes through", case.what);
}

/// The metric has one sample when `steps` is given, which is how long it took; else none.
fn check_time(test: &TestTelemetry, case: &Case, metric: &str, labels: &[(&str, &str)], steps: Option<u32>) {
    let all = test.samples(metric);
    assert_eq!(
        all.iter().map(|sample| sample.value).sum::<f64>(),
        f64::from(steps.is_some() as u8),
        "{metric}"
    );
    let Some(steps) = steps else { return };
    let selected = test.select(metric, labels);
    assert_eq!(selected.value(), 1.0, "{}: {selected}", case.what);
    let sum: f64 = selected.samples().iter().filter_map(|sample| sample.sum).sum();
    let expected = (STEP * steps).as_secs_f64();
    assert!((sum - expected).abs() < 1e-9, "{}: {metric} is {sum} s, not {expected}", case.what);
}

fn check(test: &TestTelemetry, case: &Case, side: &str, outcome: Outcome) {
    let mut labels = vec![("http_request_method", case.method)];
    if side == "server" {
        labels.push(("http_route", "unmatched"));
    } else {
        labels.extend([("server_address", "camera.local"), ("server_port", "8080")]);
    }
    let (headers, first_byte, end) = case.steps;
    check_time(test, case, &format!("its_http_{side}_headers_duration_seconds"), &labels, headers);
    check_time(test, case, &format!("its_http_{side}_first_byte_duration_seconds"), &labels, first_byte);
    labels.extend([("http_response_status_code", case.expected.0), ("outcome", outcome.as_str())]);
    check_time(test, case, &format!("http_{side}_request_duration_seconds"), &labels, Some(end));
    let active = test.samples(&format!("http_{side}_active_requests"));
    assert_eq!(
        active.iter().map(|sample| sample.value).collect::<Vec<_>>(),
        [0.0],
        "{}: in flight",
        case.what
    );
}

#[test]
fn every_way_to_end_is_counted_once() {
    for case in cases() {
        let test = TestTelemetry::new();
        run(&test, &HttpServerLayer::new(test.telemetry()), &case);
        check(&test, &case, "server", case.expected.1);
        run(&test, &HttpClientLayer::new(test.telemetry()), &case);
        check(&test, &case, "client", case.expected.2);
    }
}

#[test]
fn the_service_may_say_what_its_errors_mean() {
    let test = TestTelemetry::new();
    let busy = |error: &&str| {
        let outcome = if *error == "broken" { Outcome::Rejected } else { Outcome::Error };
        Verdict { outcome, error_kind: Some("busy") }
    };
    let case = Case::new("fails", Act::Fail, Client::ReadsAll, "", Outcome::Rejected).steps(None, None, 1);
    run(&test, &HttpServerLayer::new(test.telemetry()).classify_errors(busy), &case);
    check(&test, &case, "server", Outcome::Rejected);
    run(&test, &HttpClientLayer::new(test.telemetry()).classify_errors(busy), &case);
    check(&test, &case, "client", Outcome::Rejected);
}

#[test]
fn who_leaves_after_the_deadline_has_waited_too_long() {
    let steps = [Step::Data("ab"), Step::Data("cd"), Step::Pending];
    for (deadline, outcome) in [(STEP * 3, Outcome::Timeout), (STEP * 5, Outcome::Cancelled)] {
        let test = TestTelemetry::new();
        let case = Case::new("leaves", answer(200, &steps), Client::LeavesAfter(2), "200", outcome).steps(
            Some(1),
            Some(2),
            3,
        );
        run(&test, &HttpServerLayer::new(test.telemetry()).deadline(deadline), &case);
        check(&test, &case, "server", outcome);
        run(&test, &HttpClientLayer::new(test.telemetry()).deadline(deadline), &case);
        check(&test, &case, "client", outcome);
    }
    let test = TestTelemetry::new();
    let case = Case::new("waits for headers", Act::Never, Client::LeavesAtOnce, "", Outcome::Timeout)
        .steps(None, None, 0);
    run(&test, &HttpServerLayer::new(test.telemetry()).deadline(Duration::ZERO), &case);
    check(&test, &case, "server", Outcome::Timeout);
}

#[test]
fn methods_are_a_closed_set() {
    let test = TestTelemetry::new();
    for method in ["QUERY", "BREW", "get", "GET"] {
        let case =
            Case { method, ..Case::new(method, answer(200, &[]), Client::ReadsAll, "200", Outcome::Ok) };
        run(&test, &HttpServerLayer::new(test.telemetry()), &case);
    }
    let counted: Vec<_> = test
        .samples("http_server_request_duration_seconds")
        .iter()
        .map(|sample| (sample.labels[0].1.clone(), sample.value))
        .collect();
    assert_eq!(counted, [("GET".into(), 1.0), ("QUERY".into(), 1.0), ("_OTHER".into(), 2.0)]);
}

#[test]
fn more_statuses_than_are_kept_are_counted_all_the_same() {
    let test = TestTelemetry::new();
    let layer = HttpServerLayer::new(test.telemetry());
    for _ in 0..2 {
        for status in 200..250 {
            let case = Case::new("many", answer(status, &[]), Client::ReadsAll, "", Outcome::Ok);
            run(&test, &layer, &case);
        }
    }
    let counted = test.samples("http_server_request_duration_seconds");
    assert_eq!(counted.len(), 50);
    assert!(counted.iter().all(|sample| sample.value == 2.0));
}
