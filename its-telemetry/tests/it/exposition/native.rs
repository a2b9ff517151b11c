//! Exponential buckets beside the classic ones.

use std::time::Duration;

use its_telemetry::__private::{Call, Kind, Site};
use its_telemetry::Outcome;
use its_telemetry::testing::TestTelemetry;
use metrics::{histogram, with_local_recorder};

use super::{OPEN_METRICS, PROTOBUF};
use crate::support::page;
use crate::support::protobuf::{self, Exponential, Family};

static SITE: Site = Site::new(Kind::Inference, "infer", "native").model("yolo").version("8");

fn call(test: &TestTelemetry, takes: Duration) {
    test.in_scope(|| {
        let observation = Call::new(&SITE).start();
        test.clock().advance(takes);
        observation.finish(Outcome::Ok);
    });
}

/// Values up to this are zero.
const ZERO: f64 = 2.938_735_877_055_719e-39;

fn durations(test: &TestTelemetry) -> Family {
    family(test, "its_inference_duration_seconds")
}

fn family(test: &TestTelemetry, name: &str) -> Family {
    let families = protobuf::parse(&test.telemetry().render(PROTOBUF).body);
    families.into_iter().find(|family| family.name == name).expect("family")
}

#[test]
fn protobuf_has_both() {
    let test = TestTelemetry::with(|builder| builder.native_histograms(true).sampling_ratio(1.0));
    for micros in [0, 1_000, 1_000_000, 1_000_000, 1_000_001, 80_000] {
        call(&test, Duration::from_micros(micros));
    }
    let family = durations(&test);
    // One second ends bucket 0, and there are eight buckets for each power of two: 0.08 s lies in
    // (2^(-30/8), 2^(-29/8)], 0.001 s in (2^(-80/8), 2^(-79/8)].
    let buckets = vec![(-79, 1), (-29, 1), (0, 2), (1, 1)];
    let expected =
        Exponential { schema: 3, zero_threshold: ZERO, zeros: 1, positive: buckets, negative: vec![] };
    assert_eq!(family.exponential, [expected]);
    // The classic buckets, the exemplars and the count are there as ever.
    assert_eq!(page::of(&family.lines, "its_inference_duration_seconds_count")[0].value, 6.0);
    let classic = page::of(&family.lines, "its_inference_duration_seconds_bucket");
    assert_eq!(classic.len(), 23);
    assert_eq!(classic.iter().find(|line| line.labels["le"] == "1").expect("a bound").value, 5.0);
    assert!(classic.iter().any(|line| line.exemplar.is_some()));
}

#[test]
fn values_of_both_signs_have_buckets() {
    let test = TestTelemetry::with(|builder| builder.native_histograms(true));
    with_local_recorder(&test.telemetry().recorder(), || {
        let offset = histogram!("offset_meters");
        [0.0, 1.0, -4.0, -4.0, 1e9, f64::NAN].iter().for_each(|value| offset.record(*value));
    });
    let all = family(&test, "offset_meters");
    let (positive, negative) = (vec![(0, 1), (240, 1)], vec![(16, 2)]);
    let expected = Exponential { schema: 3, zero_threshold: ZERO, zeros: 1, positive, negative };
    assert_eq!(all.exponential, [expected]);
    assert_eq!(page::of(&all.lines, "offset_meters_count")[0].value, 5.0);
}

#[test]
fn text_shows_the_classic_ones_only() {
    let test = TestTelemetry::with(|builder| builder.native_histograms(true).sampling_ratio(0.0));
    let plain = TestTelemetry::with(|builder| builder.sampling_ratio(0.0));
    for test in [&test, &plain] {
        call(test, Duration::from_millis(80));
    }
    for accept in [None, OPEN_METRICS] {
        assert_eq!(test.telemetry().render(accept), plain.telemetry().render(accept));
    }
    assert!(durations(&plain).exponential.is_empty(), "off unless asked for");
}

#[test]
fn a_late_series_begins_empty() {
    let test = TestTelemetry::with(|builder| builder.native_histograms(true));
    test.telemetry().render(None);
    call(&test, Duration::from_millis(80));
    let first = durations(&test);
    // It is a native histogram all the same, by its threshold.
    let empty = Exponential { schema: 3, zero_threshold: ZERO, ..Exponential::default() };
    assert_eq!(first.exponential, [empty]);
    assert_eq!(durations(&test).exponential[0].positive, [(-29, 1)]);
}

#[test]
fn counts_agree_while_calls_go_on() {
    let test = TestTelemetry::with(|builder| builder.native_histograms(true).sampling_ratio(0.0));
    let rounds = crate::support::short_or_full(2_000, 100_000) as u64;
    std::thread::scope(|threads| {
        for _ in 0..2 {
            threads.spawn(|| (0..rounds).for_each(|n| call(&test, Duration::from_nanos(n))));
        }
        for _ in 0..50 {
            let Some(family) = protobuf::parse(&test.telemetry().render(PROTOBUF).body)
                .into_iter()
                .find(|family| family.name == "its_inference_duration_seconds")
            else {
                continue;
            };
            let all = &family.exponential[0];
            let sum = all.zeros as i64 + all.positive.iter().map(|(_, count)| count).sum::<i64>();
            let count = page::of(&family.lines, "its_inference_duration_seconds_count")[0].value;
            assert_eq!(sum as f64, count);
            let classic = page::of(&family.lines, "its_inference_duration_seconds_bucket");
            assert!(classic.is_sorted_by_key(|line| line.value));
            assert_eq!(classic.last().expect("+Inf").value, count);
        }
    });
    assert_eq!(
        page::of(&durations(&test).lines, "its_inference_duration_seconds_count")[0].value,
        2.0 * rounds as f64
    );
}
