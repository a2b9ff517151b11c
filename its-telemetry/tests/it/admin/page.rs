//! What the status page and its twin for scripts say.

use std::time::Duration;

use its_telemetry::instruments::{Camera, DropReason};
use its_telemetry::{Outcome, instrument_inference};

use super::{get, telemetry, wait_until};

#[instrument_inference(model = "detector", version = "2.1", ok_if = |ok: &bool| *ok)]
fn detect(clock: &its_telemetry::testing::TestClock, took: u64, ok: bool) -> bool {
    clock.advance(Duration::from_millis(took));
    ok
}

#[test]
fn an_empty_page_says_what_to_do_next() {
    let test = telemetry(|settings| settings);
    let page = get(&test, "/").body;
    for hint in
        ["#[instrument_inference(model = ", "Camera::new(&amp;scope)", "No call has failed", "no camera yet"]
    {
        assert!(page.contains(hint), "{hint:?} is not in {page}");
    }
}

#[test]
fn the_figures_of_a_model_are_those_that_were_recorded() {
    let test = telemetry(|settings| settings);
    let scope = test.scope("city-17", "junction-4");
    scope.in_scope(|| {
        (0..90).for_each(|_| assert!(detect(test.clock(), 18, true)));
        (0..9).for_each(|_| assert!(detect(test.clock(), 45, true)));
        assert!(detect(test.clock(), 3_000, true));
        (0..25).for_each(|_| assert!(!detect(test.clock(), 1, false)));
    });
    let status = get(&test, "/status.json").json();
    let model = &status["models"][0];
    assert_eq!((&model["name"], &model["detail"]), (&"detector".into(), &"2.1".into()));
    assert_eq!(model["ended_since_start"], 125.0);
    assert_eq!(model["error_ratio"], 0.2);
    assert_eq!(model["in_flight"], 0.0);
    // 90 in (15, 20] ms, 9 in (40, 50] ms, 1 beyond the highest bound; failures do not count.
    let near = |name: &str, expected: f64| {
        let value = model[name].as_f64().expect("a number");
        assert!((value - expected).abs() < 1e-9, "{name} is {value}, not {expected}");
    };
    near("p50_seconds", 0.015 + 0.005 * 50.0 / 90.0);
    near("p95_seconds", 0.04 + 0.01 * 5.0 / 9.0);
    near("p99_seconds", 0.05);
    let rate = model["rate_per_second"].as_f64();
    let uptime = status["service"]["uptime_seconds"].as_f64().expect("uptime");
    // There may not have been half a second to count in.
    assert!(rate.is_none_or(|rate| (rate * uptime - 125.0).abs() < 25.0), "{rate:?} in {uptime} s");

    let slowest = &status["slowest"][0];
    assert_eq!((&slowest["took_seconds"], &slowest["camera"]), (&3.0.into(), &"junction-4".into()));
    let failure = &status["failures"][0];
    assert_eq!((&failure["outcome"], &failure["error_kind"]), (&"error".into(), &"not_ok".into()));
    let trace = failure["trace_id"].as_str().expect("a trace id");
    assert_eq!(trace.len(), 32);
    let page = get(&test, "/").body;
    assert!(page.contains(trace) && page.contains("detector") && page.contains("3.00\u{a0}s"), "{page}");
}

#[test]
fn calls_of_one_model_that_have_not_ended_are_in_flight() {
    let test = telemetry(|settings| settings);
    let (page, _) = test.in_scope(|| {
        static SITE: its_telemetry::__private::Site =
            its_telemetry::__private::Site::new(its_telemetry::__private::Kind::Inference, "hold", "it");
        let held = its_telemetry::__private::Call::new(&SITE).model("slow").start();
        (get(&test, "/status.json").json(), held.finish(Outcome::Ok))
    });
    assert_eq!(page["models"][0]["in_flight"], 1.0);
    assert_eq!(get(&test, "/status.json").json()["models"][0]["in_flight"], 0.0);
}

#[test]
fn cameras_are_listed_with_what_they_need() {
    let test = telemetry(|settings| settings.camera_silent_after(Duration::ZERO));
    let camera = |name: &str| Camera::new(&test.scope("city-17", name));
    let (lost, silent, waiting) = (camera("a-lost"), camera("b-silent"), camera("c-waiting"));
    lost.frame_received(100);
    lost.set_up(false);
    silent.frame_received(1_000);
    silent.frame_received(500);
    silent.frame_dropped(DropReason::Stale);
    let status = get(&test, "/status.json").json();
    let cameras = status["cameras"]["list"].as_array().expect("a list");
    let states: Vec<_> = cameras.iter().map(|camera| camera["state"].as_str().expect("a state")).collect();
    assert_eq!(states, ["down", "silent", "waiting"]);
    assert_eq!(cameras[1]["frames_since_start"], 2.0);
    assert_eq!(cameras[1]["drops_since_start"], 1.0);
    assert!(cameras[1]["last_frame_age_seconds"].as_f64().is_some_and(|age| age < 20.0));
    assert!(cameras[2]["last_frame_age_seconds"].is_null());
    drop(waiting);

    wait_until("there are rates", || {
        !get(&test, "/status.json").json()["cameras"]["drops_per_second"].is_null()
    });
    let rows = |query: &str| {
        let page = get(&test, &format!("/?{query}")).body;
        ["a-lost", "b-silent", "c-waiting"].map(|name| page.find(&format!("<bdi>{name}</bdi>")))
    };
    assert!(rows("").is_sorted());
    let [lost, silent, _] = rows("sort=drops");
    assert!(silent < lost, "the one that drops comes first");
    assert_eq!(rows("find=SILENT").map(|at| at.is_some()), [false, true, false]);
    assert!(get(&test, "/?find=%3Cx%3E").body.contains("“<bdi>&lt;x&gt;</bdi>”"));
}

#[test]
fn what_others_say_is_text_and_nothing_else() {
    let hostile = "<script>alert(1)</script>\"'&\u{202e}";
    let test = telemetry(|settings| settings.build_info(hostile));
    test.telemetry().readiness().register(hostile, move || Err(hostile.into()));
    metrics::with_local_recorder(&test.telemetry().recorder(), || {
        metrics::histogram!("http_server_request_duration_seconds",
            "http_route" => hostile, "http_request_method" => hostile, "outcome" => hostile)
        .record(0.1);
        metrics::counter!("its_camera_frames_received_total", "tenant" => hostile, "camera" => hostile)
            .increment(1);
    });
    let page = get(&test, "/").body;
    assert!(!page.contains("<script"), "{page}");
    assert!(page.matches("&lt;script&gt;alert(1)&lt;/script&gt;&quot;").count() >= 6, "{page}");
    let status = get(&test, "/status.json").json();
    assert_eq!(status["routes"][0]["name"], hostile);
    assert_eq!(status["cameras"]["list"][0]["camera"], hostile);
}

#[test]
fn a_page_that_is_paused_does_not_load_itself() {
    let test = telemetry(|settings| settings);
    assert!(get(&test, "/").body.contains("http-equiv=\"refresh\" content=\"5\""));
    assert!(!get(&test, "/?paused=1").body.contains("http-equiv=\"refresh\""));
    let style = get(&test, "/style.css");
    assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(style.header("cache-control").is_some_and(|value| value.contains("max-age")));
}
