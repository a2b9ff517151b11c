//! The `metrics` recorder of the application, as a place for the numbers of the standard instruments.

use std::sync::Arc;

use metrics::{Key, KeyName, Label, Level, Metadata, SharedString, Unit, with_recorder};

use super::handle::{Counter, Gauge, UpDownCounter};
use super::histogram::Histogram;
use super::{Description, Family, MetricKind, Series, parse_labels};

static METADATA: Metadata<'static> = Metadata::new("its_telemetry", Level::INFO, Some("its_telemetry"));

/// The key under which the recorder keeps the series: the same name and labels as in our own registry.
pub(crate) fn key(family: &Family, series: &Arc<Series>) -> Key {
    let labels: Vec<Label> = parse_labels(series.labels())
        .map(|(name, value)| Label::new(name.to_owned(), value.into_owned()))
        .collect();
    Key::from_parts(family.description.name.to_string(), labels)
}

/// Tells the recorder what the metric is.
pub(crate) fn describe(description: &Description) {
    let name: KeyName = description.name.to_string().into();
    let help: SharedString = description.help.to_string().into();
    let unit = match &*description.unit {
        "seconds" => Some(Unit::Seconds),
        "bytes" => Some(Unit::Bytes),
        _ => None,
    };
    with_recorder(|recorder| match description.kind {
        MetricKind::Counter => recorder.describe_counter(name, unit, help),
        MetricKind::Gauge | MetricKind::UpDownCounter => recorder.describe_gauge(name, unit, help),
        MetricKind::Histogram => recorder.describe_histogram(name, unit, help),
    });
}

impl Counter {
    pub(crate) fn facade_of(key: Key) -> Self {
        Self::facade(with_recorder(|recorder| recorder.register_counter(&key, &METADATA)))
    }
}

impl UpDownCounter {
    pub(crate) fn facade_of(key: Key) -> Self {
        Self::facade(with_recorder(|recorder| recorder.register_gauge(&key, &METADATA)))
    }
}

impl Gauge {
    pub(crate) fn facade_of(key: Key) -> Self {
        Self::facade(with_recorder(|recorder| recorder.register_gauge(&key, &METADATA)))
    }
}

impl Histogram {
    pub(crate) fn facade_of(key: Key) -> Self {
        Self::facade(with_recorder(|recorder| recorder.register_histogram(&key, &METADATA)))
    }
}
