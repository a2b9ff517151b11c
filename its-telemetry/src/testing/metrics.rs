//! Reading metrics in a test, and saying what was there when it is not what was expected.

use std::fmt;

use super::TestTelemetry;
use crate::registry::{MetricKind, Value, parse_labels};

/// One series as a test sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Label names and values, in the order of the exposition.
    pub labels: Vec<(String, String)>,
    /// The value of a counter or gauge; the count of a histogram.
    pub value: f64,
    /// The sum of a histogram.
    pub sum: Option<f64>,
    /// The buckets of a histogram: upper bound and count, not cumulative, `+Inf` last.
    pub buckets: Vec<(f64, u64)>,
}

/// The series of one metric that have certain labels.
#[derive(Clone, Debug)]
pub struct Selection {
    name: String,
    wanted: Vec<(String, String)>,
    matching: Vec<Sample>,
    others: Vec<Sample>,
}

impl TestTelemetry {
    /// The series of `metric` that have all of `labels`.
    pub fn select(&self, metric: &str, labels: &[(&str, &str)]) -> Selection {
        let wanted: Vec<_> = labels.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        let has_all = |sample: &Sample| wanted.iter().all(|pair| sample.labels.contains(pair));
        let (matching, others) = self.samples(metric).into_iter().partition(has_all);
        Selection { name: metric.into(), wanted, matching, others }
    }

    /// All series of `metric`.
    pub fn samples(&self, metric: &str) -> Vec<Sample> {
        let Some(family) = self.telemetry.core().registry.find(metric) else { return Vec::new() };
        let mut series = Vec::new();
        family.page(None, usize::MAX, &mut series);
        let sample = |series: &std::sync::Arc<crate::registry::Series>| {
            let labels = parse_labels(series.labels()).map(|(n, v)| (n.to_owned(), v.into_owned())).collect();
            let mut counts = Vec::new();
            let (sum, buckets) = match series.value() {
                Value::Histogram { bounds, .. } => {
                    let (_, sum) = series.histogram(&mut counts);
                    let upper = bounds.values().iter().copied().chain([f64::INFINITY]);
                    (Some(sum), upper.zip(counts).collect())
                }
                _ => (None, Vec::new()),
            };
            Sample { labels, value: series.number(), sum, buckets }
        };
        series.iter().map(sample).collect()
    }

    /// Every series of every metric that is not zero, as the exposition writes labels; for failure messages.
    pub fn non_zero(&self) -> Vec<String> {
        let families = self.telemetry.core().registry.families();
        let lines = families.iter().filter(|family| family.description.kind != MetricKind::Gauge).flat_map(
            |family| {
                let name = &family.description.name;
                let samples = self.samples(name).into_iter().filter(|sample| sample.value != 0.0);
                samples.map(|sample| format!("{name}{sample}")).collect::<Vec<_>>()
            },
        );
        lines.collect()
    }
}

impl Selection {
    /// The sum of the values.
    pub fn value(&self) -> f64 {
        self.matching.iter().map(|sample| sample.value).sum()
    }

    /// The matching series.
    pub fn samples(&self) -> &[Sample] {
        &self.matching
    }
}

impl fmt::Display for Sample {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (n, (name, value)) in self.labels.iter().enumerate() {
            write!(f, "{}{name}={value:?}", if n == 0 { "" } else { "," })?;
        }
        write!(f, "}} {}", self.value)
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wanted: Vec<String> = self.wanted.iter().map(|(n, v)| format!("{n}={v:?}")).collect();
        writeln!(f, "{}{{{}}} is {}", self.name, wanted.join(","), self.value())?;
        self.matching.iter().try_for_each(|sample| writeln!(f, "  matches  {}{sample}", self.name))?;
        self.others.iter().try_for_each(|sample| writeln!(f, "  differs  {}{sample}", self.name))?;
        if self.matching.is_empty() && self.others.is_empty() {
            writeln!(f, "  there is no such metric")
        } else {
            Ok(())
        }
    }
}

/// Asserts on the sum of the series of a metric that have the given labels.
///
/// ```
/// # use its_telemetry::{assert_metric, testing::TestTelemetry};
/// let test = TestTelemetry::new();
/// assert_metric!(test, "its_inference_requests_total", { outcome = "ok" } == 0);
/// assert_metric!(test, "its_inference_requests_total" <= 10);
/// ```
#[macro_export]
macro_rules! assert_metric {
    ($test:expr, $name:expr, { $($label:ident = $value:expr),* $(,)? } $op:tt $expected:expr) => {{
        let selection = $test.select($name, &[$((stringify!($label), $value)),*]);
        let expected = $expected as f64;
        assert!(selection.value() $op expected, "expected {} {} {expected}\n{selection}", $name, stringify!($op));
    }};
    ($test:expr, $name:literal $op:tt $expected:expr) => {
        $crate::assert_metric!($test, $name, {} $op $expected)
    };
}
