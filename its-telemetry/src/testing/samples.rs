//! The series of a metric as they are now, without a scrape.

use crate::Telemetry;
use crate::registry::{Value, parse_labels};

/// One series.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Its labels, in the order of the metric.
    pub labels: Vec<(String, String)>,
    /// The value of a counter or a gauge, the count of a histogram.
    pub value: f64,
    /// The sum of a histogram, in its unit; 0 for others.
    pub sum: f64,
}

impl Sample {
    /// The value of a label; empty when there is no such label.
    pub fn label(&self, name: &str) -> &str {
        self.labels.iter().find(|(label, _)| label == name).map_or("", |(_, value)| value)
    }
}

/// The series of the metric `name`, ordered by their labels. None when nothing has been recorded.
pub fn samples(telemetry: &Telemetry, name: &str) -> Vec<Sample> {
    let core = telemetry.core();
    if name == crate::instruments::TELEMETRY_DROPPED.name {
        let sample = |(signal, reason, count): (&str, &str, u64)| Sample {
            labels: vec![("signal".into(), signal.into()), ("reason".into(), reason.into())],
            value: count as f64,
            sum: 0.0,
        };
        return core.dropped.read().into_iter().map(sample).collect();
    }
    let Some(family) = core.registry.find(name) else { return Vec::new() };
    let mut series = Vec::new();
    family.page(None, usize::MAX, &mut series);
    let sample = |series: &std::sync::Arc<crate::registry::Series>| Sample {
        labels: parse_labels(series.labels())
            .map(|(name, value)| (name.to_owned(), value.into_owned()))
            .collect(),
        value: series.number(),
        sum: match series.value() {
            Value::Histogram { .. } => series.histogram(&mut Vec::new()).1,
            _ => 0.0,
        },
    };
    series.iter().map(sample).collect()
}
