//! Sources that are read at scrape time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use its_telemetry::registry::Bounds;
use its_telemetry::registry::collect::Collected;
use its_telemetry::testing::TestTelemetry;
use its_telemetry::{Telemetry, assert_metric};
use metrics::{counter, histogram, with_local_recorder};

use super::{OPEN_METRICS, Source};
use crate::support::page::{self, about};

fn with(source: impl Fn(&mut Collected) + Send + Sync + 'static) -> TestTelemetry {
    TestTelemetry::with(|builder| builder.collect(Source(source)))
}

fn page_of(test: &TestTelemetry) -> String {
    test.telemetry().render(OPEN_METRICS).text().to_owned()
}

/// How many samples of sources are dropped for `reason` at each scrape.
fn dropped(test: &TestTelemetry, reason: &str) -> f64 {
    let count = || {
        let lines = page::parse(&page_of(test));
        let dropped = page::of(&lines, "its_telemetry_dropped_total");
        dropped.iter().find(|line| line.labels["reason"] == reason).map_or(0.0, |line| line.value)
    };
    // A counter that appears late is shown at zero first.
    page_of(test);
    count();
    let before = count();
    count() - before
}

#[test]
fn a_source_is_shown_like_a_metric_of_ours() {
    let test = with(|into| {
        into.histogram("slow.seconds", "How slow.", &Bounds::seconds(&[0.1, 1.0]).expect("bounds"))
            .unit("seconds")
            .sample(&[("b", "2"), ("a", "1")], &[3, 2, 1], 4.5);
        let mut energy = into.counter("energy_joules", "Energy used.").unit("joules");
        energy.sample(&[("gpu", "1")], 2.5).sample(&[("gpu", "0")], 7_u64);
        into.gauge("free", "").unit("bytes").sample(&[], -3).sample(&[("no-name", "x")], f64::NAN);
    });
    let expected = "\
# HELP energy_joules Energy used.
# TYPE energy_joules counter
# UNIT energy_joules joules
energy_joules_total{gpu=\"0\"} 7
energy_joules_total{gpu=\"1\"} 2.5
";
    assert_eq!(about(&page_of(&test), "energy"), expected);
    let expected = "\
# TYPE free gauge
free -3
free{no_name=\"x\"} NaN
";
    assert_eq!(about(&page_of(&test), "free"), expected);
    let expected = "\
# HELP slow_seconds How slow.
# TYPE slow_seconds histogram
# UNIT slow_seconds seconds
slow_seconds_bucket{a=\"1\",b=\"2\",le=\"0.1\"} 3
slow_seconds_bucket{a=\"1\",b=\"2\",le=\"1.0\"} 5
slow_seconds_bucket{a=\"1\",b=\"2\",le=\"+Inf\"} 6
slow_seconds_sum{a=\"1\",b=\"2\"} 4.5
slow_seconds_count{a=\"1\",b=\"2\"} 6
";
    assert_eq!(about(&page_of(&test), "slow"), expected);
}

#[test]
fn a_series_ends_when_its_source_leaves_it_out() {
    let gpus = Arc::new(AtomicUsize::new(2));
    let there = Arc::clone(&gpus);
    let test = with(move |into| {
        let mut up = into.gauge("gpu_up", "1 while the GPU answers.");
        (0..there.load(Relaxed)).for_each(|gpu| {
            up.sample(&[("gpu", &gpu.to_string())], 1);
        });
    });
    let shown = || page::of(&page::parse(&page_of(&test)), "gpu_up").len();
    assert_eq!(shown(), 2);
    gpus.store(1, Relaxed);
    assert_eq!(shown(), 1);
    gpus.store(0, Relaxed);
    assert_eq!(shown(), 0);
    assert!(!page_of(&test).contains("# TYPE gpu_up"));
}

#[test]
fn a_source_that_panics_is_left_out_alone() {
    let test = TestTelemetry::with(|builder| {
        builder
            .collect(Source(|into: &mut Collected| {
                into.gauge("half", "Half of it.").sample(&[], 1);
                panic!("no such device");
            }))
            .collect(Source(|into: &mut Collected| {
                into.gauge("whole", "All of it.").sample(&[], 1);
            }))
    });
    let page = page_of(&test);
    assert!(page.contains("\nwhole 1\n"));
    assert!(!page.contains("half"));
    assert_eq!(dropped(&test, "source_panicked"), 1.0);
}

#[test]
fn a_source_has_a_limit() {
    let many = |into: &mut Collected| {
        let mut gauge = into.gauge("many", "Many.");
        (0..100).for_each(|n| {
            gauge.sample(&[("n", &n.to_string())], n);
        });
        // A histogram counts with its lines.
        let bounds = Bounds::new(&[1.0, 2.0]).expect("bounds");
        into.histogram("sizes", "Sizes.", &bounds).sample(&[], &[1, 1, 1], 4.0);
    };
    let test = TestTelemetry::with(|builder| builder.max_source_samples(103).collect(Source(many)));
    let lines = page::parse(&page_of(&test));
    assert_eq!(page::of(&lines, "many").len(), 100);
    assert!(page::of(&lines, "sizes_count").is_empty());
    assert_eq!(dropped(&test, "source_limit"), 1.0);
}

#[test]
fn what_no_format_could_say_is_left_out() {
    let test = with(|into| {
        let mut counter = into.counter("bad", "Bad.");
        counter
            .sample(&[("n", "1")], -1)
            .sample(&[("n", "2")], f64::NAN)
            .sample(&[("n", "3")], f64::INFINITY);
        counter.sample(&[("a", "1"), ("a", "2")], 1).sample(&[("ok", "yes")], 1);
        let bounds = Bounds::new(&[1.0]).expect("bounds");
        let mut sizes = into.histogram("bad_sizes", "Bad.", &bounds);
        sizes.sample(&[], &[1], 1.0).sample(&[], &[1, 1], f64::NAN).sample(&[("le", "1")], &[1, 1], 1.0);
    });
    assert_eq!(about(&page_of(&test), "bad_"), "bad_total{ok=\"yes\"} 1\n");
    assert_eq!(dropped(&test, "invalid_sample"), 7.0);
}

#[test]
fn a_label_set_is_there_once() {
    let test = TestTelemetry::with(|builder| {
        let source = |value: i32| {
            Source(move |into: &mut Collected| {
                into.gauge("level", "A level.").sample(&[("a", "1"), ("b", "2")], value);
            })
        };
        builder.collect(source(1)).collect(source(2)).collect(Source(|into: &mut Collected| {
            let mut level = into.gauge("level", "A level.");
            level
                .sample(&[("a", "x")], 3)
                .sample(&[("a", "y"), ("b", "z")], 4)
                .sample(&[("b", "z"), ("a", "y")], 5);
        }))
    });
    assert_eq!(
        about(&page_of(&test), "level{"),
        "level{a=\"1\",b=\"2\"} 1\nlevel{a=\"x\"} 3\nlevel{a=\"y\",b=\"z\"} 4\n"
    );
    assert_eq!(dropped(&test, "duplicate_series"), 2.0);
}

#[test]
fn a_counter_of_two_sources_is_continued_when_one_of_them_says_so() {
    let scrapes = Arc::new(AtomicUsize::new(0));
    let source = |device: &'static str, continued: bool| {
        let scrapes = Arc::clone(&scrapes);
        Source(move |into: &mut Collected| {
            // Not at the first scrape: a counter that comes later begins at zero, unless it was continued.
            if scrapes.load(Relaxed) > 0 {
                let resets = into.counter("resets", "Resets.");
                let mut resets = if continued { resets.continued() } else { resets };
                resets.sample(&[("device", device)], 5_u64);
            }
        })
    };
    let sources = [source("a", false), source("b", true)];
    let test = TestTelemetry::with(|builder| {
        sources.into_iter().fold(builder, |builder, source| builder.collect(source))
    });
    page_of(&test);
    scrapes.store(1, Relaxed);
    assert_eq!(
        about(&page_of(&test), "resets_total{"),
        "resets_total{device=\"a\"} 5\nresets_total{device=\"b\"} 5\n"
    );
}

#[test]
fn a_name_belongs_to_one_metric() {
    let test = with(|into| {
        into.gauge("requests_total", "Of ours a counter.").sample(&[], 1);
        into.gauge("sizes_count", "Of ours a part of a histogram.").sample(&[], 1);
        into.gauge("its_telemetry_series", "Of ours, too.").sample(&[("mine", "yes")], 1);
        into.gauge("own", "One kind.").sample(&[], 1);
        into.counter("own", "OpenMetrics calls the family of a counter as the gauge.").sample(&[], 2);
        let bounds = Bounds::new(&[1.0]).expect("bounds");
        into.histogram("own_total", "Another kind.", &bounds).sample(&[], &[1, 1], 1.0);
    });
    with_local_recorder(&test.telemetry().recorder(), || {
        counter!("requests").increment(5);
        histogram!("sizes").record(1.0);
    });
    let page = page_of(&test);
    assert!(page.contains("\nrequests_total 5\n") && !page.contains("\nrequests_total 1\n"));
    assert!(page.contains("\nsizes_count 1\n") && page.matches("\nsizes_count").count() == 1);
    assert!(page.contains("\nown 1\n") && !page.contains("\nown_total"));
    // Ours is a gauge as well, so the sample joins it.
    assert!(page.contains("its_telemetry_series{mine=\"yes\"} 1\n"));
    assert_eq!(dropped(&test, "name_taken"), 4.0);
    assert_metric!(test, "requests_total" == 5);
}

#[test]
fn sources_go_with_the_telemetry() {
    let held = Arc::new(());
    let kept = Arc::clone(&held);
    let telemetry = Telemetry::builder("gone")
        .collect(Source(move |_: &mut Collected| drop(Arc::clone(&kept))))
        .build()
        .expect("telemetry");
    assert_eq!(Arc::strong_count(&held), 2);
    // A scope outlives the handle, and with it everything that recording needs; the sources are not among that.
    let scope = telemetry.root_scope();
    drop(telemetry);
    assert_eq!(Arc::strong_count(&held), 1);
    drop(scope);
}
