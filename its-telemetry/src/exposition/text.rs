//! Prometheus text 0.0.4 and OpenMetrics 1.0, which differ in their headers, exemplars, `_created` and the end.

use super::buckets::Buckets;
use super::number;
use super::sample::{Histogram, Point, Sample, base_name, shown_unit};
use crate::registry::{Description, Exemplar, MetricKind};

/// Writes one family after the other. What all lines of a family have in common is put together once.
#[derive(Debug)]
pub(super) struct Text {
    open_metrics: bool,
    /// Whether it is shown when a series began.
    created: bool,
    /// Whether the open family only grows.
    grows: bool,
    number: Line,
    buckets: Buckets,
    sum: Line,
    count: Line,
    created_at: Line,
}

/// A line's beginning: the name and an opening brace.
#[derive(Debug, Default)]
struct Line(Vec<u8>);

impl Line {
    fn set(&mut self, name: &str, suffix: &str) {
        self.0.clear();
        self.0.extend_from_slice(name.as_bytes());
        self.0.extend_from_slice(suffix.as_bytes());
        self.0.push(b'{');
    }

    /// Name, labels and the space before the value.
    #[inline]
    fn write(&self, out: &mut Vec<u8>, labels: &str) {
        if labels.is_empty() {
            out.extend_from_slice(&self.0[..self.0.len() - 1]);
            out.push(b' ');
        } else {
            out.extend_from_slice(&self.0);
            out.extend_from_slice(labels.as_bytes());
            out.extend_from_slice(b"} ");
        }
    }
}

impl Text {
    pub(super) fn new(open_metrics: bool, created: bool) -> Self {
        Self {
            open_metrics,
            created: open_metrics && created,
            grows: false,
            number: Line::default(),
            buckets: Buckets::default(),
            sum: Line::default(),
            count: Line::default(),
            created_at: Line::default(),
        }
    }

    /// Begins a family.
    pub(super) fn open(&mut self, out: &mut Vec<u8>, description: &Description, help: &str) {
        let name = &*description.name;
        let base = if description.kind == MetricKind::Counter { base_name(name) } else { name };
        self.header(out, description, base, help);
        self.grows = matches!(description.kind, MetricKind::Counter | MetricKind::Histogram);
        self.created_at.set(base, "_created");
        match description.kind {
            MetricKind::Counter | MetricKind::Gauge | MetricKind::UpDownCounter => self.number.set(name, ""),
            MetricKind::Histogram => {
                let le = description.bounds.iter().flat_map(|bounds| bounds.le());
                self.buckets.open(name, le.map(|le| &**le));
                self.sum.set(name, "_sum");
                self.count.set(name, "_count");
            }
        }
    }

    fn header(&self, out: &mut Vec<u8>, description: &Description, base: &str, help: &str) {
        // Text names the family of a counter as its samples, OpenMetrics without the suffix.
        let shown = if self.open_metrics { base } else { &description.name };
        let mut line = |keyword: &str, value: &dyn Fn(&mut Vec<u8>)| {
            for part in ["# ", keyword, " ", shown, " "] {
                out.extend_from_slice(part.as_bytes());
            }
            value(out);
            out.push(b'\n');
        };
        if !help.is_empty() {
            line("HELP", &|out| self.escape_help(out, help));
        }
        let kind = match description.kind {
            // OpenMetrics has no counter without the suffix.
            MetricKind::Counter if self.open_metrics && base == &*description.name => "unknown",
            MetricKind::Counter => "counter",
            MetricKind::Gauge | MetricKind::UpDownCounter => "gauge",
            MetricKind::Histogram => "histogram",
        };
        line("TYPE", &|out| out.extend_from_slice(kind.as_bytes()));
        if let Some(unit) = shown_unit(base, &description.unit).filter(|_| self.open_metrics) {
            line("UNIT", &|out| out.extend_from_slice(unit.as_bytes()));
        }
    }

    fn escape_help(&self, out: &mut Vec<u8>, help: &str) {
        for byte in help.bytes() {
            match byte {
                b'\\' => out.extend_from_slice(b"\\\\"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'"' if self.open_metrics => out.extend_from_slice(b"\\\""),
                byte => out.push(byte),
            }
        }
    }

    /// Writes one series of the open family.
    #[inline]
    pub(super) fn sample(&mut self, out: &mut Vec<u8>, sample: &Sample<'_>) {
        match &sample.point {
            Point::Number(value) => {
                self.number.write(out, sample.labels);
                number::write(out, *value);
                out.push(b'\n');
            }
            Point::Histogram(histogram) => self.histogram(out, sample.labels, histogram),
        }
        if let (true, true, Some(created_ms)) = (self.created, self.grows, sample.created_ms) {
            self.created_at.write(out, sample.labels);
            number::write_seconds(out, created_ms);
            out.push(b'\n');
        }
    }

    fn histogram(&mut self, out: &mut Vec<u8>, labels: &str, histogram: &Histogram<'_>) {
        self.buckets.series(labels);
        let count = self.buckets.write(out, histogram.buckets, |out, bucket| {
            if let Some(Some(exemplar)) = histogram.exemplars.get(bucket) {
                // Before the line break.
                out.pop();
                write_exemplar(out, exemplar);
                out.push(b'\n');
            }
        });
        // OpenMetrics forbids a sum that could go down, and a count without a sum.
        let negative = histogram.bounds.values().first().is_some_and(|bound| *bound < 0.0);
        if self.open_metrics && negative {
            return;
        }
        self.sum.write(out, labels);
        number::write_float(out, histogram.sum);
        out.push(b'\n');
        self.count.write(out, labels);
        number::write_count(out, count);
        out.push(b'\n');
    }

    /// Ends the page.
    pub(super) fn finish(&self, out: &mut Vec<u8>) {
        if self.open_metrics {
            out.extend_from_slice(b"# EOF\n");
        }
    }
}

fn write_exemplar(out: &mut Vec<u8>, exemplar: &Exemplar) {
    use std::io::Write;
    // Writing to memory cannot fail.
    let _ = write!(out, " # {{trace_id=\"{:032x}\",span_id=\"{:016x}\"}} ", exemplar.trace, exemplar.span);
    number::write_float(out, exemplar.value);
    out.push(b' ');
    number::write_seconds(out, exemplar.timestamp_ms);
}
