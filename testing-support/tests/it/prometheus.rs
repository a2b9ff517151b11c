use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use its_test_support::{Prometheus, Scrape, promtool_check_metrics};

use crate::endpoint::{OPENMETRICS, PROTOBUF, serve};

const TIMEOUT: Duration = Duration::from_secs(30);
const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn counter_with_exemplar(value: u64, accept: &str) -> (&'static str, String) {
    assert!(accept.contains("openmetrics"), "Prometheus 2.42 asks for OpenMetrics, not {accept}");
    let exposition = format!(
        "# TYPE frames counter\n# HELP frames Frames.\n\
         frames_total{{camera=\"north\"}} {value} # {{trace_id=\"{TRACE_ID}\"}} 0.5\n# EOF\n"
    );
    (OPENMETRICS, exposition)
}

#[test]
fn reads_back_what_it_scraped() {
    let frames = Arc::new(AtomicU64::new(3));
    let served = Arc::clone(&frames);
    let target = serve(move |accept| counter_with_exemplar(served.load(Ordering::SeqCst), accept));
    let prometheus = Prometheus::start(&[Scrape::new("cameras", target)], &[]);
    prometheus.wait_until_targets_up(TIMEOUT);
    let started = SystemTime::now();

    frames.store(7, Ordering::SeqCst);
    prometheus.wait_for_scrape(TIMEOUT);
    assert_eq!(prometheus.value("frames_total{camera=\"north\",job=\"cameras\"}"), 7.0);

    let raw = prometheus.raw_series("frames_total[1m]");
    assert_eq!(raw.len(), 1);
    assert_eq!(raw[0].labels["camera"], "north");
    assert_eq!(raw[0].points.first().map(|point| point.value), Some(3.0));
    assert_eq!(raw[0].points.last().map(|point| point.value), Some(7.0));

    let range = prometheus.query_range("frames_total", started, SystemTime::now(), 0.1);
    assert!(range[0].points.iter().all(|point| [3.0, 7.0].contains(&point.value)), "{range:?}");

    let exemplars = prometheus.exemplars("frames_total");
    assert_eq!(exemplars[0].labels["trace_id"], TRACE_ID);
    assert_eq!(exemplars[0].series["camera"], "north");
    assert_eq!(exemplars[0].value, 0.5);
}

#[test]
fn reads_values_that_json_has_no_number_for() {
    let prometheus = Prometheus::start(&[], &[]);
    assert_eq!(prometheus.value("vector(1) / 0"), f64::INFINITY);
    assert!(prometheus.value("vector(0) / 0").is_nan());
    assert!(prometheus.query("nothing").is_empty());
    assert!(prometheus.native_histograms("nothing").is_empty());
}

/// A field of a protobuf message that is itself a message, a text or bytes.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).expect("the messages here are short");
    [&[number << 3 | 2, length], content].concat()
}

/// Three observations, all between 0.5 and 1, as a native histogram of schema 0 in Prometheus' protobuf format.
fn native_histogram() -> Vec<u8> {
    let (sum, zero_threshold) = (2.25_f64.to_le_bytes(), 0.001_f64.to_le_bytes());
    let (count, sum) = ([1 << 3, 3], [&[2 << 3 | 1][..], &sum].concat());
    let (schema, zero_threshold) = ([5 << 3, 0], [&[6 << 3 | 1][..], &zero_threshold].concat());
    let (offset, length, delta) = ([1 << 3, 0], [2 << 3, 1], [13 << 3, 6]);
    let span = field(12, &[offset, length].concat());
    let histogram = [&count[..], &sum, &schema, &zero_threshold, &span, &delta].concat();
    let kind = [3 << 3, 4];
    let family = [&field(1, b"age")[..], &kind, &field(4, &field(7, &histogram))].concat();
    [&[u8::try_from(family.len()).expect("the family is short")][..], &family].concat()
}

#[test]
fn reads_native_histograms_over_protobuf() {
    let target = serve(|accept| {
        assert!(accept.starts_with("application/vnd.google.protobuf"), "accepts {accept}");
        (PROTOBUF, native_histogram())
    });
    let flags = ["--enable-feature=native-histograms"];
    let prometheus = Prometheus::start(&[Scrape::new("cameras", target)], &flags);
    prometheus.wait_until_targets_up(TIMEOUT);
    let histograms = prometheus.native_histograms("age");
    assert_eq!(histograms.len(), 1);
    assert_eq!((histograms[0].count, histograms[0].sum), (3.0, 2.25));
    assert_eq!(histograms[0].labels["job"], "cameras");
    assert!(prometheus.query("age").is_empty());
    assert_eq!(prometheus.value("histogram_quantile(1, age)"), 1.0);
}

#[test]
#[should_panic(expected = "no target that is up within 500ms")]
fn says_why_a_target_is_down() {
    let target = serve(|_| (OPENMETRICS, "frames 1\n".to_owned()));
    let prometheus = Prometheus::start(&[Scrape::new("cameras", target).path("/broken")], &[]);
    prometheus.wait_until_targets_up(Duration::from_millis(500));
}

#[test]
#[should_panic(expected = "parse error")]
fn says_what_is_wrong_with_a_query() {
    let _ = Prometheus::start(&[], &[]).query("sum(");
}

#[test]
fn promtool_accepts_good_metrics_only() {
    let good = "# HELP frames_total Frames.\n# TYPE frames_total counter\nframes_total 1\n";
    assert_eq!(promtool_check_metrics(good), Ok(()));
    let unidiomatic = promtool_check_metrics("# HELP frames Frames.\n# TYPE frames counter\nframes 1\n");
    assert!(unidiomatic.is_err_and(|complaint| complaint.contains("_total")));
    assert!(promtool_check_metrics("frames{ 1\n").is_err());
}
