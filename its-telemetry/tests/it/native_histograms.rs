//! What a real Prometheus computes from native histograms.

use std::time::Duration;

use its_telemetry::instrument_inference;
use its_telemetry::testing::{TestClock, TestTelemetry};
use its_test_support::{Prometheus, Scrape, wait_until};
use metrics::{histogram, with_local_recorder};

const PATIENCE: Duration = Duration::from_secs(60);

/// Eight buckets for each power of two: a quantile lies in the bucket of the true one.
const FACTOR: f64 = 1.090_507_732_665_257_7;

#[instrument_inference(model = "yolo", version = "8")]
fn infer(clock: &TestClock, millis: u64) {
    clock.advance(Duration::from_millis(millis));
}

fn close(found: f64, expected: f64) -> bool {
    found / expected < FACTOR && expected / found < FACTOR
}

#[test]
fn prometheus_computes_counts_and_quantiles() {
    let test = TestTelemetry::with(|builder| {
        builder.native_histograms(true).sampling_ratio(0.0).admin_address(([127, 0, 0, 1], 0))
    });
    let calls = || (1..=100).for_each(|millis| infer(test.clock(), millis));
    test.in_scope(calls);
    with_local_recorder(&test.telemetry().recorder(), || {
        let offset = histogram!("offset_meters");
        [-8.0, -8.0, -8.0, 0.0, 0.0, 3.0].iter().for_each(|value| offset.record(*value));
    });

    let target = test.telemetry().admin_address().expect("address");
    let prometheus =
        Prometheus::start(&[Scrape::new("native", target)], &["--enable-feature=native-histograms"]);
    prometheus.wait_until_targets_up(PATIENCE);
    let durations = "its_inference_duration_seconds{stage=\"total\",outcome=\"ok\"}";
    let count = |expected: f64| {
        wait_until(PATIENCE, "native histogram", || {
            let found = prometheus.query(&format!("histogram_count({durations})"));
            match found.as_slice() {
                [sample] if sample.value == expected => Ok(()),
                other => Err(format!("{other:?}")),
            }
        });
    };
    count(100.0);
    let sum = prometheus.value(&format!("histogram_sum({durations})"));
    assert!((sum - 5.05).abs() < 1e-9, "{sum}");
    for (quantile, expected) in [(0.01, 0.001), (0.5, 0.05), (0.95, 0.095), (1.0, 0.1)] {
        let found = prometheus.value(&format!("histogram_quantile({quantile}, {durations})"));
        assert!(close(found, expected), "quantile {quantile} is {found}, not {expected}");
    }
    // Of six values three are below zero, and two are zero.
    assert_eq!(prometheus.value("histogram_count(offset_meters)"), 6.0);
    assert_eq!(prometheus.value("histogram_sum(offset_meters)"), -21.0);
    assert_eq!(prometheus.value("histogram_fraction(-Inf, -1, offset_meters)"), 0.5);
    assert!(close(-prometheus.value("histogram_quantile(0.25, offset_meters)"), 8.0));
    assert!(close(prometheus.value("histogram_quantile(0.95, offset_meters)"), 3.0));

    // The later calls are seen as an increase of the same histogram, not as a new one.
    test.in_scope(calls);
    count(200.0);
    assert!(prometheus.value(&format!("histogram_count(increase({durations}[1m]))")) > 0.0);
    // It has taken the native histogram in place of the classic one, as the documentation of the builder says.
    assert_eq!(prometheus.query("its_inference_duration_seconds_bucket"), []);
}
