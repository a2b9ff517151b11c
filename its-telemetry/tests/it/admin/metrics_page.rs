//! `/metrics` over HTTP. What the formats say is tested where they are made.

use std::io::Read;
use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::time::Duration;

use its_telemetry::instruments::Camera;
use its_telemetry::registry::collect::{Collect, Collected};

use super::{address, get, get_with, send, telemetry, wait_until};

#[test]
fn the_client_chooses_the_format() {
    let test = telemetry(|settings| settings);
    let camera = Camera::new(&test.scope("city-17", "junction-4"));
    camera.frame_received(1_000);
    let with = |accept: &str| get_with(&test, "/metrics", &format!("accept: {accept}\r\n"));
    let received = "its_camera_frames_received_total{tenant=\"city-17\",camera=\"junction-4\"} 1";

    let text = get(&test, "/metrics");
    assert_eq!(text.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(text.header("vary"), Some("accept, accept-encoding"));
    assert!(text.body.contains(received) && !text.body.contains("# EOF"), "{text:?}");

    let open = with("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    assert!(open.header("content-type").is_some_and(|of| of.starts_with("application/openmetrics-text")));
    assert!(open.body.contains(received) && open.body.ends_with("# EOF\n"), "{open:?}");

    let protobuf = with("application/vnd.google.protobuf");
    assert!(
        protobuf.header("content-type").is_some_and(|of| of.contains("io.prometheus.client.MetricFamily"))
    );
    assert!(protobuf.body.contains("its_camera_frames_received_total"));

    let packed = get_with(&test, "/metrics", "accept-encoding: deflate, gzip;q=0.8\r\n");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let mut unpacked = String::new();
    flate2::read::GzDecoder::new(&*packed.bytes).read_to_string(&mut unpacked).expect("gzip");
    assert!(unpacked.contains(received), "{unpacked}");
}

#[test]
fn a_scrape_counts_and_a_look_at_its_head_does_not() {
    let test = telemetry(|settings| settings);
    let scrapes = || get(&test, "/status.json").json()["telemetry"]["scrapes"].as_u64();
    let head = format!("HEAD /metrics HTTP/1.1\r\nhost: {}", address(&test));
    let answer = send(&test, &head, "");
    assert_eq!((answer.status, &*answer.body), (200, ""));
    assert!(answer.header("content-type").is_some_and(|of| of.starts_with("text/plain")));
    get(&test, "/");
    assert_eq!(scrapes(), Some(0));
    get(&test, "/metrics");
    assert_eq!(scrapes(), Some(1));
}

#[test]
fn a_long_page_comes_whole() {
    let test = telemetry(|settings| settings);
    let cameras: Vec<Camera> =
        (0..1_500).map(|n| Camera::new(&test.scope("tenant", &format!("camera-{n}")))).collect();
    cameras.iter().for_each(|camera| camera.frame_received(1));
    let page = get(&test, "/metrics");
    assert_eq!(page.header("content-length"), None, "it is streamed");
    assert_eq!(page.body.matches("its_camera_frames_received_total{").count(), 1_500);
}

/// Hangs until it is told to go on.
struct Hanging(Mutex<std::sync::mpsc::Receiver<()>>);

impl std::fmt::Debug for Hanging {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hanging")
    }
}

impl Collect for Hanging {
    fn collect(&self, _: &mut Collected) {
        if let Ok(released) = self.0.lock() {
            let _ = released.recv();
        }
    }
}

#[test]
fn a_source_that_hangs_takes_the_metrics_and_nothing_else() {
    let test = telemetry(|settings| settings.answer_timeout(Duration::from_millis(400)));
    let (release, released) = channel();
    test.telemetry().add_source(std::sync::Arc::new(Hanging(Mutex::new(released))));
    for _ in 0..6 {
        let answer = get(&test, "/metrics");
        assert_eq!(answer.status, 503);
        assert!(answer.body.contains("a source of metrics hangs"), "{answer:?}");
        assert_eq!(get(&test, "/readyz").status, 200);
    }
    drop(release);
    wait_until("the source goes on", || get(&test, "/metrics").status == 200);
}
