//! Calls count for the objectives that they name.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, UNIX_EPOCH};

use http::{Request, Response};
use its_telemetry::instruments::Camera;
use its_telemetry::layer::{Budget, Decision, Degraded, ErrorBudgetLayer, HttpServerLayer};
use its_telemetry::slo::checkpoint::FileStore;
use its_telemetry::slo::{ManualClock, Slo, SloBuilder, Slos, SlosBuilder, State, Tracker};
use its_telemetry::testing::TestTelemetry;
use its_telemetry::{ErrorKind, assert_metric, instrument_inference, instrument_stage};
use tower::{Layer, Service};

use crate::layers::support::{Act, Acting, Client, STEP, Step, exchange};
use crate::support::allocator::measure;

#[derive(Debug, ErrorKind)]
enum Failure {
    #[error_kind(outcome = "timeout")]
    TooSlow,
    Broken,
}

#[instrument_inference(model = "yolo", slo = "detect")]
fn detect(act: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    act()
}

#[instrument_stage(slo = name)]
fn stage(name: &str) {}

fn built(slo: SloBuilder) -> Slo {
    slo.build().expect("objective")
}

fn set(slos: impl IntoIterator<Item = SloBuilder>) -> SlosBuilder {
    slos.into_iter().map(built).fold(Slos::builder(), SlosBuilder::slo)
}

fn telemetry(slos: impl IntoIterator<Item = SloBuilder>) -> TestTelemetry {
    TestTelemetry::with(|builder| builder.sampling_ratio(0.0).slos(set(slos)))
}

fn counts(test: &TestTelemetry, name: &str, tenant: Option<&str>) -> (u64, u64) {
    let slos = test.telemetry().slos().expect("objectives");
    let events = slos.tracker(name, tenant).expect(name).events();
    (events.good, events.bad)
}

fn each_outcome(test: &TestTelemetry) {
    let clock = test.clock().clone();
    test.in_scope(|| {
        let _ = detect(|| Ok(()));
        let _ = detect(|| {
            clock.advance(Duration::from_millis(100));
            Ok(())
        });
        let _ = detect(|| {
            clock.advance(Duration::from_nanos(100_000_001));
            Ok(())
        });
        let _ = detect(|| Err(Failure::Broken));
        let _ = detect(|| Err(Failure::TooSlow));
        let panicked = catch_unwind(AssertUnwindSafe(|| detect(|| panic!("asked for"))));
        assert!(panicked.is_err());
    });
}

#[test]
fn one_call_feeds_every_objective_of_its_name() {
    let test = telemetry([
        Slo::availability("detect"),
        Slo::latency("detect-fast", Duration::from_millis(100)).calls_of("detect"),
        Slo::throughput("detect-throughput", 1.0).calls_of("detect"),
        Slo::availability("another"),
    ]);
    each_outcome(&test);
    assert_eq!(counts(&test, "detect", None), (3, 3), "good: all that are ok");
    assert_eq!(counts(&test, "detect-fast", None), (2, 2), "bad: a nanosecond too late, and a timeout");
    assert_eq!(counts(&test, "detect-throughput", None), (3, 0));
    assert_eq!(counts(&test, "another", None), (0, 0));
}

#[test]
fn each_tenant_has_a_budget() {
    let test = telemetry([Slo::availability("detect").per_tenant(2)]);
    for (tenant, fails) in [("amsterdam", true), ("berlin", false), ("cairo", false), ("delhi", true)] {
        let act = || if fails { Err(Failure::Broken) } else { Ok(()) };
        let _ = test.scope(tenant, "cam-1").in_scope(|| detect(act));
        let _ = test.scope(tenant, "cam-2").in_scope(|| detect(act));
    }
    test.in_scope(|| detect(|| Ok(()))).expect("ok");
    assert_eq!(counts(&test, "detect", Some("amsterdam")), (0, 2));
    assert_eq!(counts(&test, "detect", Some("berlin")), (2, 0));
    assert_eq!(counts(&test, "detect", Some("_other")), (3, 2), "late tenants, and none");
}

#[test]
fn an_unknown_name_is_counted() {
    let test = telemetry([Slo::availability("another")]);
    test.in_scope(|| {
        detect(|| Ok(())).expect("ok");
        stage("nothing");
        stage("another");
    });
    assert_metric!(test, "its_inference_requests_total", { outcome = "ok" } == 1);
    let page = test.telemetry().render(None);
    let dropped = "its_telemetry_dropped_total{reason=\"unknown_objective\",signal=\"slo\"} 2\n";
    assert!(page.text().contains(dropped), "{}", page.text());
    assert_eq!(counts(&test, "another", None), (1, 0), "a name known at run time only");
}

#[test]
fn frames_have_an_age() {
    let test = telemetry([Slo::freshness("fresh", Duration::from_millis(500)).per_tenant(10)]);
    let camera = Camera::new(&test.scope("amsterdam", "cam-1"));
    camera.frame_analysed(Duration::from_millis(500));
    camera.frame_analysed(Duration::from_millis(501));
    assert_eq!(counts(&test, "fresh", Some("amsterdam")), (1, 1));
}

fn ask<S>(service: &mut S)
where
    S: Service<Request<()>, Error = &'static str>,
    S: Service<
            Request<()>,
            Response = Response<its_telemetry::layer::ResponseBody<crate::layers::support::Script>>,
        >,
{
    exchange(service, Request::new(()), Client::ReadsAll);
}

#[test]
fn requests_count_by_their_headers() {
    let slos = [Slo::availability("api"), Slo::latency("api-fast", STEP).calls_of("api")];
    let test = telemetry(slos);
    let layer = HttpServerLayer::new(test.telemetry()).slo("api");
    let long = Act::Answer(200, &[], vec![Step::Data("a"), Step::Data("b")]);
    for act in [long, Act::Answer(500, &[], vec![]), Act::Answer(404, &[], vec![]), Act::Fail] {
        ask(&mut layer.layer(Acting::new(&test, act)));
    }
    assert_eq!(counts(&test, "api", None), (2, 2), "that a page is not there is no fault of the server's");
    assert_eq!(counts(&test, "api-fast", None), (2, 0), "the headers came in time, the body took longer");
}

#[test]
fn everything_is_at_metrics() {
    let test = telemetry([
        Slo::availability("detect").per_tenant(5),
        Slo::throughput("fps", 25.0),
        Slo::events("idle"),
    ]);
    test.scope("amsterdam", "cam-1").in_scope(|| detect(|| Err(Failure::Broken))).expect_err("broken");
    let page = test.telemetry().render(None);
    for line in [
        r#"its_slo_events_total{result="good",slo="detect",tenant="amsterdam"} 0"#,
        r#"its_slo_events_total{result="bad",slo="detect",tenant="amsterdam"} 1"#,
        r#"its_slo_events_total{result="bad",slo="idle"} 0"#,
        r#"its_slo_slices_total{result="good",slo="fps"} 0"#,
        r#"its_slo_objective_ratio{slo="idle"} 0.999"#,
        r#"its_slo_burn_rate{slo="detect",tenant="amsterdam",window="5m"} 1000"#,
        r#"its_slo_error_budget_remaining_ratio{slo="detect",tenant="amsterdam"} -999"#,
        r#"its_slo_window_events{result="bad",slo="detect",tenant="amsterdam",window="30d"} 1"#,
        r#"its_slo_state{slo="idle",state="no_data"} 1"#,
        r#"its_slo_state{slo="detect",state="exhausted",tenant="amsterdam"} 1"#,
        r#"its_slo_alert_firing{severity="page",slo="idle",tier="page_fast"} 0"#,
        "its_slo_checkpoint_failures_total 0",
    ] {
        assert!(page.text().contains(&format!("{line}\n")), "no {line} in\n{}", page.text());
    }
    assert!(!page.text().contains("its_slo_burn_rate{slo=\"idle\""), "what cannot be said is absent");
    assert!(!page.text().contains("NaN"), "{}", page.text());
}

#[test]
fn counting_for_an_objective_allocates_nothing() {
    let test = telemetry([
        Slo::availability("detect").per_tenant(5),
        Slo::latency("detect-fast", Duration::from_millis(100)).calls_of("detect"),
    ]);
    test.scope("amsterdam", "cam-1").in_scope(|| {
        let call = || detect(|| Ok(())).expect("ok");
        (0..100).for_each(|_| call());
        let ((), count, _) = measure(|| (0..1_000).for_each(|_| call()));
        assert_eq!(count, 0, "allocations in 1,000 calls");
    });
}

/// Live requests are served, replays only while there is budget.
fn policy(request: &http::request::Parts, budget: &Budget) -> Decision {
    match (request.uri.path(), budget.state) {
        ("/replay", State::Exhausted) => Decision::Shed,
        ("/live", State::Exhausted) => Decision::Degrade,
        _ => Decision::Serve,
    }
}

#[tokio::test]
async fn a_policy_sheds_and_degrades_while_the_budget_burns() {
    let clock = ManualClock::new(UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    let slos = set([Slo::availability("api")]).clock(clock.clone());
    let test = TestTelemetry::with(|builder| builder.slos(slos));
    let budget = ErrorBudgetLayer::new(test.telemetry(), "api", policy).expect("objective");
    let server = HttpServerLayer::new(test.telemetry()).slo("api");
    let inner = tower::service_fn(async |request: Request<()>| {
        let degraded = request.extensions().get::<Degraded>().is_some();
        Ok::<_, &'static str>(
            Response::builder()
                .status(if degraded { 203 } else { 200 })
                .body(String::new())
                .expect("response"),
        )
    });
    let mut service = server.layer(budget.retry_after(Duration::from_secs(30)).layer(inner));
    let mut ask = async |path: &str| {
        let request = Request::builder().uri(path).body(()).expect("request");
        let response = service.call(request).await.expect("response");
        (response.status().as_u16(), response.headers().get("retry-after").cloned())
    };
    assert_eq!(ask("/replay").await.0, 200);
    let tracker = test.telemetry().slos().and_then(|slos| slos.tracker("api", None)).expect("tracker");
    exhaust(&tracker);
    assert_eq!(ask("/replay").await.0, 200, "the budget is that of the last tick");
    clock.advance(Duration::from_secs(5));
    test.telemetry().slos().expect("objectives").tick();
    let before = counts(&test, "api", None);
    let (status, retry_after) = ask("/replay").await;
    assert_eq!((status, retry_after), (503, Some("30".parse().expect("header"))));
    assert_eq!(ask("/live").await.0, 203);
    assert_eq!(counts(&test, "api", None), (before.0 + 1, before.1), "what was shed does not count");
    assert_metric!(test, "its_slo_decisions_total", { slo = "api", decision = "shed" } == 1);
    assert_metric!(test, "its_slo_decisions_total", { slo = "api", decision = "degraded" } == 1);
    let unknown = ErrorBudgetLayer::new(test.telemetry(), "nothing", policy).expect_err("no such objective");
    assert!(unknown.to_string().contains("add it with"), "{unknown}");
}

fn exhaust(tracker: &Tracker) {
    (0..100).for_each(|_| tracker.record(false));
}

#[test]
fn a_shutdown_saves_the_budgets() {
    let directory = tempfile::tempdir().expect("directory");
    let start = |path: &str| {
        let store = FileStore::new(directory.path().join(path));
        TestTelemetry::with(|builder| builder.slos(set([Slo::availability("detect")]).store(store)))
    };
    let first = start("budgets");
    first.in_scope(|| detect(|| Err(Failure::Broken))).expect_err("broken");
    assert!(first.telemetry().shutdown_blocking(Duration::from_secs(5)).is_complete());
    let second = start("budgets");
    let tracker = second.telemetry().slos().and_then(|slos| slos.tracker("detect", None)).expect("tracker");
    assert_eq!((tracker.window(Duration::from_secs(3_600)).bad, tracker.events().bad), (1.0, 0));
    // Dropped without a shutdown.
    second.in_scope(|| detect(|| Err(Failure::Broken))).expect_err("broken");
    drop((tracker, second));
    let third = start("budgets");
    let tracker = third.telemetry().slos().and_then(|slos| slos.tracker("detect", None)).expect("tracker");
    assert_eq!(tracker.window(Duration::from_secs(3_600)).bad, 2.0);
    // A directory that is not there.
    let report = start("missing/budgets").telemetry().shutdown_blocking(Duration::from_secs(5));
    assert!(report.checkpoint_lost && !report.is_complete(), "{report}");
}

#[cfg(feature = "admin")]
#[test]
fn the_page_and_slo_show_every_budget() {
    use its_telemetry::admin::AdminSettings;

    let slos = set([
        Slo::availability("detect").per_tenant(5).description("Frames are <analysed>"),
        Slo::events("idle"),
    ]);
    let admin = AdminSettings::default().address(([127, 0, 0, 1], 0));
    let test = TestTelemetry::with(|builder| builder.admin(admin).slos(slos));
    test.scope("amsterdam", "cam-1").in_scope(|| detect(|| Err(Failure::Broken))).expect_err("broken");
    let json = crate::admin::get(&test, "/slo").json();
    let row = |at: usize, key: &str| json["slos"][at][key].clone();
    assert_eq!((row(0, "name"), row(0, "tenant")), ("detect".into(), "amsterdam".into()));
    assert_eq!((row(0, "state"), row(1, "state")), ("exhausted".into(), "no_data".into()));
    assert_eq!(row(1, "budget_remaining"), serde_json::Value::Null);
    let page = crate::admin::get(&test, "/");
    let text = page.body;
    for part in ["Error budgets", "exhausted", "no data", "99.9", "Frames are &lt;analysed&gt;", "amsterdam"]
    {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    assert!(text.find("exhausted") < text.find("no data"), "what needs a look comes first");
}

/// Every state side by side. Pictures go to the folder `ITS_SCREENSHOTS`, if it is set.
#[cfg(feature = "admin")]
#[test]
fn the_panel_shows_each_state_and_fits_a_screen_and_a_phone() {
    use its_telemetry::admin::AdminSettings;
    use its_test_support::{Browser, ColorScheme};

    let names = ["healthy", "burning", "exhausted", "idle", "unused"];
    let clock = ManualClock::new(UNIX_EPOCH);
    let slos = set(names.map(|name| Slo::events(name).description(format!("Frames of the {name} pipeline"))));
    let admin = AdminSettings::default().address(([127, 0, 0, 1], 0));
    let test = TestTelemetry::with(|builder| builder.admin(admin).slos(slos.clock(clock.clone())));
    let slos = test.telemetry().slos().expect("objectives");
    let count = |name: &str, good: u64, bad: u64| {
        let tracker = slos.tracker(name, None).expect(name);
        (0..good).for_each(|_| tracker.record(true));
        (0..bad).for_each(|_| tracker.record(false));
    };
    let pass = |minutes: u64| {
        for _ in 0..minutes * 6 {
            clock.advance(Duration::from_secs(10));
            slos.tick();
        }
    };
    for name in &names[..4] {
        count(name, 1_000_000, 0);
    }
    pass(90);
    count("healthy", 10_000, 1);
    count("burning", 900, 100);
    count("exhausted", 0, 10_000);
    pass(1);
    let browser = Browser::start();
    let address = test.telemetry().admin_address().expect("an endpoint");
    browser.open(&format!("http://{address}/"));
    let text = browser.text();
    for state in ["ok", "burning", "exhausted", "no traffic", "no data"] {
        assert!(text.contains(state), "no {state:?} in {text}");
    }
    for (width, scheme, name) in [
        (1280, ColorScheme::Light, "budgets.png"),
        (1280, ColorScheme::Dark, "budgets-dark.png"),
        (390, ColorScheme::Light, "budgets-phone.png"),
    ] {
        browser.set_viewport(width, 900);
        browser.set_color_scheme(scheme);
        let overflow = browser.run("return document.documentElement.scrollWidth - window.innerWidth", &[]);
        assert!(
            overflow.as_i64().is_some_and(|pixels| pixels <= 0),
            "{overflow} pixels too wide for {width}"
        );
        // Where the text of a cell ends, against where the cell ends.
        let cut = "return [...document.querySelectorAll('td')].filter(cell => {
            const text = document.createRange();
            text.selectNodeContents(cell);
            return text.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1;
        }).map(cell => cell.textContent)";
        assert_eq!(browser.run(cut, &[]), serde_json::json!([]), "cells run into each other at {width}");
        if let Some(folder) = std::env::var_os("ITS_SCREENSHOTS") {
            browser.screenshot_full_page(&std::path::Path::new(&folder).join(name));
        }
    }
}
