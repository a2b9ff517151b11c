//! Prometheus protobuf: a `MetricFamily` for each metric, with its length in front.

mod histogram;
mod message;

use histogram::fill;
use message::{Counter, Exemplar, Gauge, LabelPair, Metric, MetricFamily, Timestamp};
use prost::Message;

use super::sample::{Point, Sample, base_name, shown_unit};
use crate::registry::{self, Description, MetricKind, parse_labels};

/// Room for the length of a family, which is known when the family ends.
const LENGTH: usize = 5;
/// Key of the field `metric` of a family: number 4, with a length.
const METRIC: u8 = 4 << 3 | 2;

/// Writes one family after the other.
#[derive(Debug, Default)]
pub(super) struct Protobuf {
    /// Where the open family begins.
    begin: Option<usize>,
    is_counter: bool,
    /// Filled anew for each series, so that its strings and lists are not.
    metric: Metric,
}

impl Protobuf {
    /// Whether a family has begun and not ended: its length is still missing.
    pub(super) fn is_open(&self) -> bool {
        self.begin.is_some()
    }

    /// Begins a family.
    pub(super) fn open(&mut self, out: &mut Vec<u8>, description: &Description, help: &str) {
        let counter = description.kind == MetricKind::Counter;
        let base = if counter { base_name(&description.name) } else { &description.name };
        let family = MetricFamily {
            name: Some(description.name.as_ref().into()),
            help: Some(help).filter(|help| !help.is_empty()).map(Into::into),
            kind: Some(match description.kind {
                MetricKind::Counter => message::COUNTER,
                MetricKind::Gauge | MetricKind::UpDownCounter => message::GAUGE,
                MetricKind::Histogram => message::HISTOGRAM,
            }),
            unit: shown_unit(base, &description.unit).map(Into::into),
        };
        self.begin = Some(out.len());
        self.is_counter = counter;
        self.metric = Metric::default();
        out.extend_from_slice(&[0; LENGTH]);
        write(out, |out| family.encode(out));
    }

    /// Writes one series of the open family.
    pub(super) fn sample(&mut self, out: &mut Vec<u8>, sample: &Sample<'_>) {
        let metric = &mut self.metric;
        set_labels(&mut metric.label, parse_labels(sample.labels));
        let created = sample.created_ms.map(Timestamp::from_milliseconds);
        match &sample.point {
            Point::Number(value) if self.is_counter => {
                metric.counter = Some(Counter { value: Some(value.as_f64()), created });
            }
            Point::Number(value) => metric.gauge = Some(Gauge { value: Some(value.as_f64()) }),
            Point::Histogram(histogram) => {
                let filled = metric.histogram.get_or_insert_default();
                fill(filled, histogram);
                filled.created = created;
            }
        }
        out.push(METRIC);
        write(out, |out| metric.encode_length_delimited(out));
    }

    /// Ends the family.
    pub(super) fn close(&mut self, out: &mut Vec<u8>) {
        let Some(begin) = self.begin.take() else { return };
        let mut length = Vec::with_capacity(LENGTH);
        let size = out.len() - begin - LENGTH;
        write(&mut length, |length| prost::encode_length_delimiter(size, length));
        out.splice(begin..begin + LENGTH, length);
    }
}

/// Encoding fails only when there is no room, and memory has room.
fn write(out: &mut Vec<u8>, encode: impl FnOnce(&mut Vec<u8>) -> Result<(), prost::EncodeError>) {
    let result = encode(out);
    debug_assert!(result.is_ok(), "{result:?}");
}

fn set_labels<'a, V: AsRef<str>>(into: &mut Vec<LabelPair>, pairs: impl Iterator<Item = (&'a str, V)>) {
    let mut count = 0;
    for (name, value) in pairs {
        if count == into.len() {
            into.push(LabelPair::default());
        }
        let label = &mut into[count];
        set(&mut label.name, name);
        set(&mut label.value, value.as_ref());
        count += 1;
    }
    into.truncate(count);
}

fn set(into: &mut Option<String>, text: &str) {
    let into = into.get_or_insert_default();
    into.clear();
    into.push_str(text);
}

fn exemplar(from: registry::Exemplar) -> Exemplar {
    let ids = [("trace_id", format!("{:032x}", from.trace)), ("span_id", format!("{:016x}", from.span))];
    let mut label = Vec::with_capacity(2);
    set_labels(&mut label, ids.into_iter());
    Exemplar {
        label,
        value: Some(from.value),
        timestamp: Some(Timestamp::from_milliseconds(from.timestamp_ms)),
    }
}
