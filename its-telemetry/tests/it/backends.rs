//! The standard instruments give the same series on our registry and on `metrics-exporter-prometheus`. What may differ
//! is listed, with its reason, in the documentation of `instruments::exporter_prometheus`.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Request;
use its_telemetry::instruments::{
    self, Camera, Direction, DropReason, Model, ReconnectReason, Traffic, VehicleClass, exporter_prometheus,
};
use its_telemetry::layer::{GrpcClientLayer, GrpcServerLayer, HttpClientLayer, HttpServerLayer};
use its_telemetry::registry::Backend;
use its_telemetry::testing::{TestClock, TestTelemetry};
use its_telemetry::{
    ErrorKind, Outcome, TelemetryBuilder, instrument_camera, instrument_inference, instrument_stage,
};
use metrics_exporter_prometheus::PrometheusBuilder;
use tower::Layer;

use crate::layers::support::{Act, Acting, Client, Step, exchange, poll};
use crate::support::page;

#[derive(Debug, ErrorKind)]
enum Failure {
    Broken,
    #[error_kind(outcome = "timeout")]
    TooSlow,
    #[error_kind(outcome = "rejected")]
    NoRoom,
}

async fn act(outcome: Outcome, clock: &TestClock) -> Result<(), Failure> {
    clock.advance(Duration::from_millis(30) * (outcome as u32 + 1));
    match outcome {
        Outcome::Ok => Ok(()),
        Outcome::Error => Err(Failure::Broken),
        Outcome::Timeout => Err(Failure::TooSlow),
        Outcome::Rejected => Err(Failure::NoRoom),
        Outcome::Cancelled => std::future::pending().await,
        Outcome::Panicked => panic!("asked for"),
    }
}

#[instrument_inference(model = "yolo", version = "8", batch = 4)]
async fn infer(outcome: Outcome, clock: &TestClock) -> Result<(), Failure> {
    act(outcome, clock).await
}

#[instrument_inference(model = "yolo", version = "8", stage = "preprocess")]
async fn preprocess(outcome: Outcome, clock: &TestClock) -> Result<(), Failure> {
    act(outcome, clock).await
}

#[instrument_camera(stage = "decode")]
async fn decode(outcome: Outcome, clock: &TestClock) -> Result<(), Failure> {
    act(outcome, clock).await
}

#[instrument_stage(name = "publish")]
async fn publish(outcome: Outcome, clock: &TestClock) -> Result<(), Failure> {
    act(outcome, clock).await
}

/// Polls the call once, which is enough for all but the one that is to be cancelled, and drops it.
fn end(call: impl Future) {
    let _ = catch_unwind(AssertUnwindSafe(|| {
        let _ = poll(&mut Box::pin(call));
    }));
}

fn calls(test: &TestTelemetry) {
    let clock = test.clock();
    // The third camera and the third tenant find no place.
    for (tenant, camera) in [("a", "1"), ("a", "2"), ("a", "3"), ("b", "1"), ("c", "1")] {
        let scope = test.scope(tenant, camera);
        for outcome in Outcome::ALL {
            end(scope.run(infer(outcome, clock)));
            end(scope.run(preprocess(outcome, clock)));
            end(scope.run(decode(outcome, clock)));
            end(scope.run(publish(outcome, clock)));
        }
    }
    // In flight while the page is made.
    std::mem::forget(test.scope("a", "1").in_scope(|| {
        let mut call = Box::pin(infer(Outcome::Cancelled, clock));
        assert!(poll(&mut call).is_pending());
        call
    }));
}

fn frames(test: &TestTelemetry) {
    for id in ["1", "2", "3"] {
        let scope = test.scope("a", id);
        let camera = Camera::new(&scope);
        (0..3).for_each(|_| camera.frame_received(14_400));
        camera.frame_decoded();
        for reason in [DropReason::QueueFull, DropReason::Stale, DropReason::DecodeError] {
            camera.frame_dropped(reason);
        }
        camera.reconnected(ReconnectReason::Timeout);
        camera.set_clock_skew(-1.25);
        camera.set_up(id != "2");
        [0, 80, 1_000, 90_000].iter().for_each(|age| camera.frame_analysed(Duration::from_millis(*age)));
        let traffic = Traffic::new(&scope);
        traffic.vehicle_passed(VehicleClass::Car, Direction::Forward, Some(0), Some(13.9));
        traffic.vehicle_passed(VehicleClass::Bus, Direction::Backward, Some(99), Some(10.0 / 3.6));
        traffic.vehicle_passed(VehicleClass::Unknown, Direction::Unknown, None, None);
        traffic.vehicle_passed(VehicleClass::Car, Direction::Forward, Some(0), Some(f64::NAN));
    }
    let model = Model::new(&test.telemetry().root_scope(), "yolo", "8");
    [0.0, 0.5, 0.93, 1.0].iter().for_each(|confidence| model.detected(VehicleClass::Bus, *confidence));
}

fn requests(test: &TestTelemetry) {
    let data = Step::Data("ab");
    let status = |code: &'static [(&'static str, &'static str)]| vec![Step::Data("ab"), Step::Trailers(code)];
    let acts = [
        (Act::Answer(200, &[], vec![data.clone()]), Client::ReadsAll),
        (Act::Answer(200, &[], vec![data.clone()]), Client::LeavesAfter(1)),
        (Act::Answer(200, &[], vec![data, Step::Fail]), Client::ReadsAll),
        (Act::Answer(200, &[], status(&[("grpc-status", "0")])), Client::ReadsAll),
        (Act::Answer(200, &[], status(&[("grpc-status", "8")])), Client::ReadsAll),
        (Act::Answer(404, &[], vec![]), Client::ReadsAll),
        (Act::Answer(503, &[], vec![]), Client::ReadsAll),
        (Act::Answer(504, &[], vec![]), Client::ReadsAll),
        (Act::Fail, Client::ReadsAll),
        (Act::Panic, Client::ReadsAll),
        (Act::Never, Client::LeavesAtOnce),
    ];
    let telemetry = test.telemetry();
    for (act, client) in acts {
        let inner = Acting::new(test, act);
        send(HttpServerLayer::new(telemetry).layer(inner.clone()), client);
        send(HttpClientLayer::new(telemetry).layer(inner.clone()), client);
        send(GrpcServerLayer::new(telemetry).layer(inner.clone()), client);
        send(GrpcClientLayer::new(telemetry).layer(inner), client);
    }
}

fn send<S, B>(mut service: S, client: Client)
where
    S: tower::Service<Request<()>, Response = http::Response<B>, Error = &'static str>,
    B: http_body::Body,
{
    let request = Request::builder().method("POST").uri("http://camera.local:8080/its.v1.Frames/Analyse");
    let request = request.body(()).expect("a request");
    let _ = catch_unwind(AssertUnwindSafe(|| exchange(&mut service, request, client)));
}

fn telemetry(settings: impl FnOnce(TelemetryBuilder) -> TelemetryBuilder) -> TestTelemetry {
    TestTelemetry::with(|builder| settings(builder.max_tenants(2).max_cameras(3).sampling_ratio(0.0)))
}

fn drive(test: &TestTelemetry) {
    calls(test);
    frames(test);
    requests(test);
}

type SeriesOf<T> = BTreeMap<(String, BTreeMap<String, String>), T>;

#[derive(Debug, Default)]
struct Page {
    /// Type and help of each metric.
    families: BTreeMap<String, (String, String)>,
    values: SeriesOf<f64>,
    /// Values that were added up as floats, and values of the wall clock.
    inexact: SeriesOf<f64>,
}

impl Page {
    fn parse(page: &str) -> Self {
        let lines = || page.lines().filter(|line| !line.is_empty());
        let mut parsed = Self::default();
        for line in lines() {
            let (keyword, rest) = match line.split_at_checked(7) {
                Some((keyword @ ("# HELP " | "# TYPE "), rest)) => (keyword, rest),
                _ => continue,
            };
            let (name, text) = rest.split_once(' ').expect("a name and a text");
            let (kind, help) = parsed.families.entry(name.into()).or_default();
            let place = if keyword == "# TYPE " { kind } else { help };
            assert!(std::mem::replace(place, text.into()).is_empty(), "{line} is there twice");
        }
        let samples: String = lines().flat_map(|line| [line, "\n"]).collect();
        for line in page::parse(&samples) {
            let inexact =
                line.name.ends_with("_sum") || line.name == "its_camera_last_frame_timestamp_seconds";
            let values = if inexact { &mut parsed.inexact } else { &mut parsed.values };
            let before = values.insert((line.name.clone(), line.labels.clone()), line.value);
            assert_eq!(before, None, "{line:?} is there twice");
        }
        parsed
    }

    fn without_self_description(mut self) -> Self {
        let of_ours = |name: &str| name.starts_with("its_telemetry_");
        self.families.retain(|name, _| !of_ours(name));
        self.values.retain(|(name, _), _| !of_ours(name));
        self
    }
}

fn difference<T: PartialEq>(ours: &SeriesOf<T>, theirs: &SeriesOf<T>) -> Vec<String> {
    let missing = |a: &SeriesOf<T>, b: &SeriesOf<T>, side: &str| {
        let only = a.iter().filter(|(series, value)| b.get(*series) != Some(*value));
        only.map(|(series, _)| format!("{side}: {series:?}")).collect::<Vec<_>>()
    };
    [missing(ours, theirs, "ours"), missing(theirs, ours, "theirs")].concat()
}

#[test]
fn both_backends_have_the_same_series() {
    let own = telemetry(|builder| builder);
    drive(&own);
    let ours = Page::parse(own.telemetry().render(None).text()).without_self_description();

    let builder = exporter_prometheus::with_buckets(PrometheusBuilder::new()).expect("buckets");
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    let other = telemetry(|builder| builder.backend(Backend::InstalledRecorder));
    metrics::with_local_recorder(&recorder, || drive(&other));
    let theirs = Page::parse(&handle.render());

    assert_eq!(ours.families, theirs.families);
    assert_eq!(difference(&ours.values, &theirs.values), [""; 0]);
    assert!(ours.inexact.keys().eq(theirs.inexact.keys()));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("time").as_secs_f64();
    for ((series, ours), theirs) in ours.inexact.iter().zip(theirs.inexact.values()) {
        if series.0.ends_with("_sum") {
            assert!((ours - theirs).abs() <= ours * 1e-12, "{series:?}: {ours} and {theirs}");
        } else {
            assert!([ours, theirs].iter().all(|time| (now - 600.0..=now).contains(*time)), "{series:?}");
        }
    }

    // Nothing was left out: each standard instrument is there, and calls of all outcomes.
    let standard = instruments::ALL.iter().map(|instrument| instrument.name);
    // Those of error budgets are read at scrape time, as `its_telemetry_*` are.
    let read = |name: &&str| name.starts_with("its_telemetry_") || name.starts_with("its_slo_");
    let mut standard: Vec<_> = standard.filter(|name| !read(name)).collect();
    standard.sort_unstable();
    assert_eq!(ours.families.keys().map(String::as_str).collect::<Vec<_>>(), standard);
    let outcomes = ours.values.iter().filter(|((name, _), _)| name == "its_inference_requests_total");
    assert_eq!(outcomes.map(|(_, count)| *count).collect::<Vec<_>>(), [5.0; Outcome::ALL.len()]);
    let folded = ours.values.keys().filter(|(_, labels)| labels.get("camera").is_some_and(|c| c == "_other"));
    assert!(folded.count() > 0);
}
