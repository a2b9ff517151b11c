//! Whatever stands in a label, and whatever the value is, comes back in every format.

use std::collections::BTreeMap;
use std::sync::Arc;

use its_telemetry::registry::Bounds;
use its_telemetry::registry::collect::Collected;
use its_telemetry::testing::TestTelemetry;
use proptest::prelude::*;

use super::{OPEN_METRICS, PROTOBUF, Source};
use crate::support::page::{self, Line};
use crate::support::protobuf;

/// The samples of a page, by metric name and labels.
fn all_formats(test: &TestTelemetry) -> [Vec<Line>; 3] {
    let text = |accept| page::parse(test.telemetry().render(accept).text());
    let families = protobuf::parse(&test.telemetry().render(PROTOBUF).body);
    let of_protobuf = families.into_iter().flat_map(|family| family.lines).collect();
    [text(None), text(OPEN_METRICS), of_protobuf].map(|lines: Vec<Line>| {
        lines.into_iter().filter(|line| !line.name.starts_with("its_telemetry_")).collect()
    })
}

/// Any text, those with what formats treat specially more often.
fn label_value() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\\\\\"\n{},=#\r\0 ]{0,12}", Just(String::new())]
}

fn same(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::support::short_or_full(64, 2_000) as u32))]

    #[test]
    fn labels_and_numbers(
        series in proptest::collection::btree_map((label_value(), label_value()), any::<u64>(), 1..6),
        gauge in proptest::num::f64::ANY,
    ) {
        let test = TestTelemetry::new();
        let written = series.clone();
        test.telemetry().add_source(Arc::new(Source(move |into: &mut Collected| {
            let mut counter = into.counter("events", "Events.");
            for ((a, b), n) in &written {
                counter.sample(&[("b", b), ("a", a)], *n >> 11);
            }
            into.gauge("level", "A level.").sample(&[], gauge);
        })));
        for lines in all_formats(&test) {
            let mut read = BTreeMap::new();
            for line in page::of(&lines, "events_total") {
                read.insert((line.labels["a"].clone(), line.labels["b"].clone()), line.value);
            }
            let expected: BTreeMap<_, _> =
                series.iter().map(|(labels, n)| (labels.clone(), (*n >> 11) as f64)).collect();
            prop_assert_eq!(read, expected);
            prop_assert!(same(page::of(&lines, "level")[0].value, gauge));
        }
    }

    #[test]
    fn histograms(
        bounds in proptest::collection::btree_set(-1_000_000..10_000_000_i32, 1..8),
        counts in proptest::collection::vec(0..1_u64 << 40, 9),
        sum in proptest::num::f64::NORMAL,
        label in label_value(),
    ) {
        let bounds: Vec<f64> = bounds.into_iter().map(|bound| f64::from(bound) / 1e3).collect();
        let checked = Bounds::new(&bounds).expect("bounds");
        let counts = counts[..=bounds.len()].to_vec();
        let test = TestTelemetry::new();
        let written = (counts.clone(), label.clone());
        test.telemetry().add_source(Arc::new(Source(move |into: &mut Collected| {
            into.histogram("sizes", "Sizes.", &checked).sample(&[("l", &written.1)], &written.0, sum);
        })));
        let expected: Vec<(f64, f64)> = bounds
            .iter()
            .copied()
            .chain([f64::INFINITY])
            .zip(counts.iter().scan(0, |all, n| { *all += n; Some(*all as f64) }))
            .collect();
        for (format, lines) in all_formats(&test).iter().enumerate() {
            let buckets: Vec<(f64, f64)> = page::of(lines, "sizes_bucket")
                .iter()
                .map(|line| (line.labels["le"].parse().expect("le"), line.value))
                .collect();
            prop_assert_eq!(&buckets, &expected);
            prop_assert!(lines.iter().all(|line| line.labels["l"] == label));
            if format != 1 || bounds[0] >= 0.0 {
                prop_assert_eq!(page::of(lines, "sizes_count")[0].value, expected.last().expect("+Inf").1);
                prop_assert_eq!(page::of(lines, "sizes_sum")[0].value, sum);
            }
        }
    }
}
