//! A page of any size in little memory, without waiting for anybody.

use its_telemetry::Telemetry;
use its_telemetry::registry::{Bounds, Matcher};
use its_telemetry::testing::TestTelemetry;
use metrics::{counter, gauge, histogram, with_local_recorder};

use super::{OPEN_METRICS, PROTOBUF};
use crate::support::allocator::measure;
use crate::support::page;

const BOUNDS: [f64; 16] =
    [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.5, 1.0, 2.5];

/// 1,000 cameras with two histograms of 16 bounds, four counters and two gauges: 8,000 label sets, 44,000 lines.
fn thousand_cameras() -> Telemetry {
    let bounds = Bounds::new(&BOUNDS).expect("bounds");
    let telemetry = Telemetry::builder("streaming")
        .histogram_bounds(Matcher::Suffix("_seconds".into()), bounds)
        .build()
        .expect("telemetry");
    with_local_recorder(&telemetry.recorder(), || {
        for n in 0..1_000_u64 {
            let labels = [
                ("tenant", format!("tenant-{}", n % 50)),
                ("camera", format!("camera-{n:04}")),
                ("model", "m".into()),
            ];
            for name in ["infer_seconds", "wait_seconds"] {
                let histogram = histogram!(name, &labels);
                (0..20).for_each(|k| histogram.record((n * k % 300) as f64 / 100.0));
            }
            for name in ["frames", "dropped", "detections", "errors"] {
                counter!(name, &labels).increment(n * 7919 % 100_000);
            }
            for name in ["in_flight", "queue_depth"] {
                gauge!(name, &labels).set((n % 8) as f64);
            }
        }
    });
    telemetry
}

#[test]
fn eight_thousand_series_in_less_than_64_kib() {
    let telemetry = thousand_cameras();
    for accept in [None, OPEN_METRICS] {
        let ((bytes, lines), allocations, peak) = measure(|| {
            let chunks = telemetry.scrape(accept);
            chunks.fold((0, 0), |(bytes, lines), chunk| {
                (bytes + chunk.len(), lines + chunk.iter().filter(|byte| **byte == b'\n').count())
            })
        });
        assert!(lines >= 44_000, "{lines} lines");
        assert!(bytes > 3_000_000, "{bytes} bytes");
        assert!(peak < 64 * 1024, "{peak} bytes at once");
        assert!(allocations < 1_000, "{allocations} allocations");
    }
}

#[test]
fn a_chunk_may_be_kept_while_the_next_one_is_made() {
    let telemetry = thousand_cameras();
    let (_, _, peak) = measure(|| {
        let mut previous = None;
        for chunk in telemetry.scrape(None) {
            previous.replace(chunk);
        }
    });
    assert!(peak < 64 * 1024, "{peak} bytes at once");
}

#[test]
fn protobuf_needs_the_largest_family() {
    let telemetry = thousand_cameras();
    let (whole, _, _) = measure(|| telemetry.render(PROTOBUF).body.len());
    let (bytes, _, peak) = measure(|| telemetry.scrape(PROTOBUF).map(|chunk| chunk.len()).sum::<usize>());
    assert_eq!(bytes, whole);
    assert!(peak < 1024 * 1024, "{peak} bytes at once");
}

#[test]
fn chunks_are_the_page() {
    let telemetry = thousand_cameras();
    for accept in [None, OPEN_METRICS, PROTOBUF] {
        let chunks: Vec<Vec<u8>> = telemetry.scrape(accept).collect();
        assert!(chunks.len() > 4);
        assert!(chunks.iter().all(|chunk| !chunk.is_empty()));
        assert_eq!(chunks.concat(), telemetry.render(accept).body);
    }
    let lines = page::parse(telemetry.render(None).text());
    let frames = page::of(&lines, "frames_total");
    assert_eq!(frames.len(), 1_000);
    for line in frames {
        let n: u64 = line.labels["camera"].trim_start_matches("camera-").parse().expect("number");
        assert_eq!(line.value, (n * 7919 % 100_000) as f64);
    }
}

#[test]
fn series_are_made_while_a_scrape_is_under_way() {
    let telemetry = thousand_cameras();
    let mut scrape = telemetry.scrape(None);
    scrape.next();
    // On this very thread: a lock that the scrape held would never be let go.
    with_local_recorder(&telemetry.recorder(), || {
        for n in 0..300 {
            let labels = [("camera", format!("new-{n}"))];
            counter!("detections", &labels).increment(1);
            gauge!("new_metric", &labels).set(1.0);
        }
    });
    let rest: Vec<u8> = scrape.flatten().collect();
    let page = String::from_utf8(rest).expect("text");
    // What was there from the start is there once, whatever came in between.
    let old = page.lines().filter(|line| line.starts_with("wait_seconds_count{")).count();
    assert_eq!(old, 1_000);
    let next = telemetry.render(None);
    assert_eq!(next.text().lines().filter(|line| line.starts_with("new_metric{")).count(), 300);
}

#[test]
fn scrapes_and_calls_go_on_side_by_side() {
    let test = TestTelemetry::new();
    let recorder = test.telemetry().recorder();
    let rounds = crate::support::short_or_full(200, 5_000) as u64;
    std::thread::scope(|threads| {
        for thread in 0..2_u64 {
            let recorder = &recorder;
            threads.spawn(move || {
                with_local_recorder(recorder, || {
                    for n in 0..rounds {
                        counter!("events", "n" => (n % 97).to_string(), "thread" => thread.to_string())
                            .increment(1);
                        histogram!("sizes").record(n as f64);
                    }
                });
            });
        }
        let mut seen = 0.0;
        for _ in 0..50 {
            let lines = page::parse(test.telemetry().render(None).text());
            let count: f64 = page::of(&lines, "sizes_count").iter().map(|line| line.value).sum();
            let all = page::of(&lines, "sizes_bucket").iter().map(|line| line.value).fold(0.0, f64::max);
            assert_eq!(count, all, "the count is that of the buckets");
            assert!(count >= seen, "a counter never goes back");
            seen = count;
        }
    });
    test.telemetry().render(None);
    let lines = page::parse(test.telemetry().render(None).text());
    let events: f64 = page::of(&lines, "events_total").iter().map(|line| line.value).sum();
    assert_eq!(events, 2.0 * rounds as f64);
}
