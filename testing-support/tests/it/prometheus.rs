use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use its_test_support::{Prometheus, Scrape, promtool_check_metrics};

use crate::endpoint::{OPENMETRICS, serve};

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

#[test]
fn asks_for_protobuf_with_native_histograms() {
    let target = serve(|accept| {
        assert!(accept.starts_with("application/vnd.google.protobuf"), "accepts {accept}");
        (crate::endpoint::TEXT, "frames 1\n".to_owned())
    });
    let flags = ["--enable-feature=native-histograms"];
    let prometheus = Prometheus::start(&[Scrape::new("cameras", target)], &flags);
    prometheus.wait_until_targets_up(TIMEOUT);
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
