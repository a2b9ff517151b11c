//! The test kit: what it shows of spans and logs, and what it says when they are not as expected.

use std::panic::{AssertUnwindSafe, catch_unwind};

use its_telemetry::testing::{Spans, TestTelemetry};
use its_telemetry::{
    LogFormat, Traces, assert_log, assert_spans, instrument_inference, instrument_stage, scope, testing,
};
use its_test_support::child;
use proptest::prelude::*;
use tokio::task::JoinSet;
use tracing::Instrument;
use tracing_subscriber::layer::SubscriberExt;

#[instrument_inference(model = "yolo")]
async fn infer(fail: bool) -> Result<(), String> {
    step(3).await;
    tokio::spawn(scope::carry(decode())).await.expect("no panic");
    if fail { Err("no light".into()) } else { Ok(()) }
}

#[instrument_stage]
async fn decode() {
    tokio::task::yield_now().await;
    tracing::info!("decoded");
}

#[tracing::instrument]
async fn step(n: u32) {
    tokio::task::yield_now().await;
    tracing::warn!(n, half = 0.5, "in the step");
}

/// What an assertion says that fails.
fn failure(assertion: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(assertion)).expect_err("it fails");
    panic
        .downcast_ref::<String>()
        .cloned()
        .unwrap_or_else(|| panic.downcast_ref::<&str>().expect("text").to_string())
}

#[tokio::test]
async fn spans_are_a_tree() {
    let test = TestTelemetry::new();
    let scope = test.scope("city-17", "gate-4");
    scope.run(infer(false)).await.expect("ok");
    scope.run(infer(true)).await.expect_err("it fails");
    // In any order, with as much of each as the test cares about.
    assert_spans!(
        test,
        "
        infer (ok, its.camera.id=gate-4)
          step (n=3)
          decode (ok)
        infer (error, error.type=error)
          decode
          step
    "
    );
    let step = test.spans().iter().find(|span| span.name == "step").cloned().expect("a step");
    assert_eq!((step.kind, step.outcome, step.events), ("internal", None, vec!["in the step".to_owned()]));
}

#[tokio::test]
async fn a_difference_is_shown_where_it_is() {
    let test = TestTelemetry::new();
    test.scope("city-17", "gate-4").run(infer(true)).await.expect_err("it fails");
    let expected = "
        infer (ok)
          decode (ok)
          missing
    ";
    let text = failure(|| assert_spans!(test, expected));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "the spans differ (- expected, + recorded):", "{text}");
    assert_eq!(lines[1], "- infer (ok)");
    assert!(lines[2].starts_with("+ infer (error, error.type=error, its.camera.id=gate-4, "), "{text}");
    assert_eq!(lines[3], "    decode (ok)");
    assert_eq!(lines[4], "-   missing");
    assert!(lines[5].starts_with("+   step ("), "{text}");
    assert_eq!(lines.len(), 6, "{text}");
    let text = failure(|| assert_spans!(TestTelemetry::new(), "infer"));
    assert!(text.contains("no span has ended"), "{text}");
    let text = failure(|| assert_spans!(test, "infer\n   decode"));
    assert!(text.contains("two spaces deeper"), "{text}");
    let text = failure(|| {
        test.spans().one("infer2");
    });
    assert!(text.starts_with("no span \"infer2\" in\ninfer (error"), "{text}");
}

/// What is shown can be pasted as what is expected, whatever stands in it.
#[test]
fn what_is_shown_is_what_is_expected() {
    let runner = &mut proptest::test_runner::TestRunner::deterministic();
    let names = prop_oneof![Just("call"), Just("f (x)"), Just("POST /frames/{id}"), Just("a, b")];
    runner
        .run(&(names, any::<String>(), "[ (),=\"\\\\a-z]{0,8}"), |(name, value, other)| {
            let test = TestTelemetry::new();
            test.in_scope(|| {
                let span = tracing::info_span!("any", otel.name = name, value, other);
                span.in_scope(|| tracing::info_span!("below").in_scope(|| ()));
            });
            let shown = test.spans().to_string();
            test.spans().assert(&shown);
            prop_assert_eq!(shown.lines().count(), 2, "{}", shown);
            Ok(())
        })
        .expect("all of them");
}

#[test]
fn parents_may_be_elsewhere() {
    let (front, back) = (TestTelemetry::new(), TestTelemetry::new());
    let mut headers = http::HeaderMap::new();
    let _open = front.in_scope(|| its_telemetry::observe::Call::new(&SITE).start());
    let mut call = front.in_scope(|| its_telemetry::observe::Call::new(&SITE).start());
    call.call(|| scope::inject(&mut headers));
    let remote = back.in_scope(|| scope::extract(&headers));
    remote.in_scope(|| its_telemetry::observe::Call::new(&SITE).start().finish(its_telemetry::Outcome::Ok));
    assert_spans!(back, "outward (ok, remote parent)");
    call.finish(its_telemetry::Outcome::Ok);
    front.spans().and(back.spans()).assert(
        "
        outward (ok)
          outward (ok)
    ",
    );
    let other = TestTelemetry::new();
    let mut outer = other.in_scope(|| its_telemetry::observe::Call::new(&SITE).start());
    outer.call(|| its_telemetry::observe::Call::new(&SITE).start().finish(its_telemetry::Outcome::Ok));
    assert_spans!(other, "outward (ok, unknown parent)");
    assert!(Spans::default().is_empty());
}

static SITE: its_telemetry::observe::Site =
    its_telemetry::observe::Site::new(its_telemetry::observe::Kind::Stage, "outward", "kit");

#[tokio::test]
async fn lines_name_the_call_and_the_scope() {
    let test = TestTelemetry::new();
    test.scope("city-17", "gate-4").run(infer(false)).await.expect("ok");
    assert_log!(test, "in the", { level = "WARN", n = 3, half = 0.5, tenant = "city-17", camera = "gate-4" } == 1);
    assert_log!(test, "decoded", { level = tracing::Level::INFO, target = module_path!() });
    assert_log!(test, "decoded" == 1);
    let lines = test.logs();
    let spans = test.spans();
    assert_eq!(lines[0].spans, ["step"]);
    assert_eq!(lines[0].call.expect("a call").span_id(), spans.one("infer").span_id);
    let (span, trace) = (spans.one("decode").span_id, spans.one("decode").trace_id);
    assert_log!(test, "decoded", { span_id = format!("{span:016x}"), trace_id = format!("{trace:032x}") });
}

#[tokio::test]
async fn a_missing_line_is_shown_beside_those_that_are_there() {
    let test = TestTelemetry::new();
    test.scope("city-17", "gate-4").run(infer(false)).await.expect("ok");
    let text = failure(|| assert_log!(test, "decoded", { camera = "gate-5" }));
    assert!(text.starts_with("expected >= 1 lines with \"decoded\" {camera=\"gate-5\"}: 0\n"), "{text}");
    let differs =
        format!("  differs  INFO {}: decoded {{tenant=city-17 camera=gate-4 trace_id=", module_path!());
    assert!(text.contains(&differs), "{text}");
    assert!(text.contains("set_log_level(\"debug\")"), "{text}");
    let text = failure(|| assert_log!(TestTelemetry::new(), "decoded"));
    assert!(text.contains("nothing was logged in a scope of this telemetry"), "{text}");
}

#[test]
fn lines_are_as_fine_as_the_level_of_the_telemetry() {
    let test = TestTelemetry::with(|builder| builder.logs(LogFormat::Off));
    let log = || tracing::debug!("fine");
    test.in_scope(log);
    test.telemetry().set_log_level("debug").expect("a level");
    test.in_scope(log);
    log();
    assert_log!(test, "fine" == 1);
}

#[test]
fn settings_of_traces_keep_the_spans() {
    let unsampled =
        |traces: Traces| TestTelemetry::with(|builder| builder.sampling_ratio(0.0).traces(traces));
    let run = |test: &TestTelemetry| {
        for _ in 0..3 {
            let call = test.in_scope(|| its_telemetry::observe::Call::new(&SITE).start());
            call.finish(its_telemetry::Outcome::Error);
        }
        test.spans().len()
    };
    assert_eq!(run(&unsampled(Traces::default().rescue_rate(0.001, 2))), 2);
    assert_eq!(run(&unsampled(Traces::off())), 0);
}

/// Each of many tests at once sees its own, and all of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tests_in_parallel_do_not_see_each_other() {
    let mut tests = JoinSet::new();
    for n in 0..16 {
        tests.spawn(async move {
            let test = TestTelemetry::new();
            let scope = test.scope(&format!("city-{n}"), "gate-4");
            let mut tasks = JoinSet::new();
            for _ in 0..20 {
                // One way into a task is the scope itself, the other is to carry the one on this thread.
                match n % 2 {
                    0 => drop(tasks.spawn(scope.run(infer(false)))),
                    _ => drop(scope.in_scope(|| tasks.spawn(scope::carry(infer(false))))),
                }
                tokio::spawn(decode().instrument(tracing::info_span!("of nobody"))).await.expect("no panic");
            }
            tasks.join_all().await.into_iter().for_each(|result| result.expect("ok"));
            let tenant = format!("city-{n}");
            assert_log!(test, "in the step", { tenant = tenant } == 20);
            assert_log!(test, "" == 40);
            let expected = "infer (ok)\n  decode (ok)\n  step\n".repeat(20);
            assert_spans!(test, &expected);
            assert!(
                test.spans()
                    .iter()
                    .all(|span| span.attributes.get("its.tenant.id").is_none_or(|t| *t == tenant))
            );
        });
    }
    tests.join_all().await;
}

#[test]
fn another_subscriber_is_a_clear_error() {
    if !child::is_child() {
        child::run("kit::another_subscriber_is_a_clear_error", &[]);
        return;
    }
    tracing::subscriber::set_global_default(tracing_subscriber::registry()).expect("the first");
    let test = TestTelemetry::new();
    test.in_scope(|| its_telemetry::observe::Call::new(&SITE).start().finish(its_telemetry::Outcome::Ok));
    assert_spans!(test, "outward");
    let text = failure(|| assert_log!(test, "ready" == 0));
    assert!(text.contains("another global tracing subscriber was set before"), "{text}");
    assert!(text.contains("testing::tracing_layer()"), "{text}");
    // As the error says.
    let with_ours = tracing_subscriber::registry().with(testing::tracing_layer());
    tracing::subscriber::with_default(with_ours, || {
        test.in_scope(|| tracing::info!("ready"));
        assert_log!(test, "ready" == 1);
    });
}
