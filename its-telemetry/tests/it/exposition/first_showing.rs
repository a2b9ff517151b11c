//! A series that is born after the first scrape is shown at zero once, so that `increase()` sees all of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use its_telemetry::testing::TestTelemetry;
use metrics::{counter, gauge, histogram, with_local_recorder};

use super::{OPEN_METRICS, PROTOBUF, Source};
use crate::support::page::{self, Line};
use crate::support::protobuf;

fn value(lines: &[Line], name: &str) -> f64 {
    page::of(lines, name).iter().map(|line| line.value).sum()
}

#[test]
fn late_counters_and_histograms_begin_at_zero() {
    let test = TestTelemetry::new();
    let record = |name: &'static str| {
        with_local_recorder(&test.telemetry().recorder(), || {
            counter!(name).increment(3);
            histogram!(format!("{name}_size")).record(2.0);
            gauge!(format!("{name}_level")).set(5.0);
        });
    };
    let text = || page::parse(test.telemetry().render(None).text());
    record("early");
    let first = text();
    assert_eq!(value(&first, "early_total"), 3.0, "the first scrape shows what is there");
    assert_eq!(value(&first, "early_size_sum"), 2.0);

    record("late");
    let second = text();
    assert_eq!(value(&second, "late_total"), 0.0);
    assert_eq!(value(&second, "late_size_sum"), 0.0);
    assert_eq!(value(&second, "late_size_bucket"), 0.0);
    assert_eq!(value(&second, "late_size_count"), 0.0);
    assert_eq!(value(&second, "late_level"), 5.0, "a gauge has no start");
    let third = text();
    assert_eq!(value(&third, "late_total"), 3.0);
    assert_eq!(value(&third, "late_size_sum"), 2.0);
}

#[test]
fn in_every_format() {
    let test = TestTelemetry::new();
    test.telemetry().render(None);
    for (name, accept) in [("a", None), ("b", OPEN_METRICS), ("c", PROTOBUF)] {
        with_local_recorder(&test.telemetry().recorder(), || counter!(name).increment(3));
        let read = || {
            let page = test.telemetry().render(accept);
            if accept == PROTOBUF {
                protobuf::parse(&page.body).into_iter().flat_map(|family| family.lines).collect()
            } else {
                page::parse(page.text())
            }
        };
        assert_eq!(value(&read(), &format!("{name}_total")), 0.0);
        assert_eq!(value(&read(), &format!("{name}_total")), 3.0);
    }
}

#[test]
fn a_scrape_that_was_broken_off_is_none() {
    let test = TestTelemetry::new();
    let recorder = test.telemetry().recorder();
    // Long enough that the first chunk is not all.
    with_local_recorder(&recorder, || {
        (0..1_900).for_each(|n| gauge!("level", "n" => n.to_string()).set(0.0))
    });
    let mut broken_off = test.telemetry().scrape(None);
    assert!(broken_off.next().is_some());
    drop(broken_off);
    with_local_recorder(&recorder, || counter!("late").increment(3));
    let lines = page::parse(test.telemetry().render(None).text());
    assert_eq!(value(&lines, "late_total"), 3.0, "no scrape has shown the page yet");
}

#[test]
fn counters_of_sources_too() {
    let test = TestTelemetry::new();
    test.telemetry().render(None);
    let count = Arc::new(AtomicU64::new(3));
    let counted = Arc::clone(&count);
    test.telemetry().add_source(Arc::new(Source(
        move |into: &mut its_telemetry::registry::collect::Collected| {
            if counted.load(Relaxed) > 0 {
                into.counter("events_total", "Events.").sample(&[], counted.load(Relaxed));
                into.gauge("level", "A level.").sample(&[], 7);
            }
        },
    )));
    let read = || page::parse(test.telemetry().render(None).text());
    let first = read();
    assert_eq!((value(&first, "events_total"), value(&first, "level")), (0.0, 7.0));
    assert_eq!(value(&read(), "events_total"), 3.0);
    // Away and back: it goes on where it was, which must not look like a second start.
    count.store(0, Relaxed);
    assert!(page::of(&read(), "events_total").is_empty());
    count.store(4, Relaxed);
    assert_eq!(value(&read(), "events_total"), 4.0);
}
