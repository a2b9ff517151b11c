//! What each of several scrapers is shown.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use its_telemetry::admin::AdminSettings;
use its_telemetry::instrument_inference;
use its_telemetry::instruments::Camera;
use its_telemetry::testing::TestTelemetry;
use metrics::{counter, with_local_recorder};

use super::{address, connect, get, get_with, parse, read_all, telemetry, wait_until};
use crate::support::page;

#[instrument_inference(model = "yolo")]
fn infer() -> Result<(), String> {
    Err("asked for".into())
}

fn increment(test: &TestTelemetry, name: &'static str, by: u64) {
    with_local_recorder(&test.telemetry().recorder(), || counter!(name).increment(by));
}

/// What a scraper of that name reads of a counter; `None` when the page has no such series.
fn scrape(test: &TestTelemetry, scraper: &str, counter: &str) -> Option<f64> {
    let answer = get_with(test, "/metrics", &format!("user-agent: {scraper}\r\n"));
    page::of(&page::parse(&answer.body), counter).first().map(|line| line.value)
}

fn ask(stream: &mut TcpStream, test: &TestTelemetry, scraper: &str) {
    let request =
        format!("GET /metrics HTTP/1.1\r\nhost: {}\r\nuser-agent: {scraper}\r\n\r\n", address(test));
    stream.write_all(request.as_bytes()).expect("send");
}

fn written(test: &TestTelemetry) -> u64 {
    get(test, "/status.json").json()["telemetry"]["scrapes"].as_u64().expect("a number")
}

#[test]
fn each_sees_the_start_of_a_series() {
    let test = telemetry(|settings| settings);
    for scraper in ["prometheus-a", "prometheus-b"] {
        scrape(&test, scraper, "events_total");
    }
    increment(&test, "events", 3);
    assert_eq!(scrape(&test, "curl", "events_total"), Some(3.0), "it was never here before");
    for scraper in ["prometheus-a", "prometheus-b"] {
        assert_eq!(scrape(&test, scraper, "events_total"), Some(0.0), "{scraper}");
        wait_until("the first showing arrived", || scrape(&test, scraper, "events_total") == Some(3.0));
    }
}

#[test]
fn a_scrape_that_was_given_up_has_shown_nothing() {
    let test = telemetry(|settings| settings);
    scrape(&test, "prometheus", "events_total");
    increment(&test, "events", 3);
    let before = written(&test);
    let mut impatient = connect(&test);
    ask(&mut impatient, &test, "prometheus");
    wait_until("the page is written", || written(&test) > before);
    assert!(impatient.peek(&mut [0]).expect("an answer") > 0);
    // Closed with bytes unread, as by a Prometheus whose time is up.
    drop(impatient);
    assert_eq!(scrape(&test, "prometheus", "events_total"), Some(0.0), "shown again");
    wait_until("it arrived", || scrape(&test, "prometheus", "events_total") == Some(3.0));
}

#[test]
fn the_next_request_says_that_the_page_arrived() {
    let test = telemetry(|settings| settings);
    let mut prometheus = connect(&test);
    let read_to_end = |stream: &mut TcpStream| {
        let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
        while !bytes.ends_with(b"\r\n0\r\n\r\n") {
            let read = stream.read(&mut chunk).expect("more");
            assert!(read > 0, "closed");
            bytes.extend_from_slice(&chunk[..read]);
        }
        page::parse(&parse(&bytes).body)
    };
    let value = |lines: &[page::Line]| page::of(lines, "events_total").first().map(|line| line.value);
    ask(&mut prometheus, &test, "prometheus");
    assert_eq!(value(&read_to_end(&mut prometheus)), None);
    increment(&test, "events", 3);
    ask(&mut prometheus, &test, "prometheus");
    assert_eq!(value(&read_to_end(&mut prometheus)), Some(0.0));
    ask(&mut prometheus, &test, "prometheus");
    assert_eq!(value(&read_to_end(&mut prometheus)), Some(3.0));
}

#[test]
fn a_series_stays_until_each_has_its_last_value() {
    const IDLE: Duration = Duration::from_secs(10);
    const NAME: &str = "its_camera_frames_received_total";
    let admin = AdminSettings::default().address(([127, 0, 0, 1], 0));
    let test = TestTelemetry::with(|builder| builder.admin(admin).idle_after(IDLE));
    let received = |frames| {
        let camera = Camera::new(&test.scope("city-17", "junction-4"));
        (0..frames).for_each(|_| camera.frame_received(1));
    };
    received(1);
    // Nothing waits for who came only once.
    for scraper in ["a", "b", "a", "b"] {
        assert_eq!(scrape(&test, scraper, NAME), Some(1.0));
    }
    received(2);
    // Not held, then idle, then to be ended; `a` has seen it all.
    for _ in 0..4 {
        test.clock().advance(IDLE);
        assert_eq!(scrape(&test, "a", NAME), Some(3.0));
    }
    assert_eq!(scrape(&test, "b", NAME), Some(3.0), "`b` has not been here since");
    wait_until("both have it", || {
        test.clock().advance(IDLE / 10);
        scrape(&test, "a", NAME).is_none()
    });
}

#[test]
fn what_is_used_between_two_sweeps_is_not_lost() {
    let test = telemetry(|settings| settings);
    // The handle of an error's counter is given back at once.
    let fail = || assert!(test.scope("city-17", "junction-4").in_scope(infer).is_err());
    let read = || {
        test.clock().advance(Duration::from_secs(60));
        scrape(&test, "prometheus", "its_inference_errors_total")
    };
    fail();
    assert_eq!(read(), Some(1.0));
    fail();
    assert_eq!(read(), Some(2.0));
}

#[test]
fn a_client_that_asks_for_the_end_has_its_page_then() {
    let test = telemetry(|settings| settings);
    let scrape = || {
        let mut stream = connect(&test);
        stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").expect("send");
        let lines = page::parse(&parse(&read_all(&mut stream)).body);
        page::of(&lines, "events_total").first().map(|line| line.value)
    };
    assert_eq!(scrape(), None);
    increment(&test, "events", 3);
    assert_eq!(scrape(), Some(0.0));
    wait_until("the second page arrived", || scrape() == Some(3.0));
}
