//! The registry and the sources as OTLP metrics, in pages small enough for one request.

use std::sync::Arc;

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::exemplar::Value as ExemplarValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Point;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Exemplar, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, Sum,
};

use crate::core::Core;
use crate::registry::collect::{CollectedFamily, CollectedValue};
use crate::registry::{
    Bounds, Description, Family, MetricKind, Number, Series, Showing, Value, now_ms, parse_labels,
};

/// Points in one request: with histograms of 23 buckets below 1 MiB, a quarter of what collectors take.
const POINTS: usize = 1_000;

/// Pages of metrics with their number of points: the registry in the order of names and labels, then the sources.
pub(super) struct Pages {
    families: std::vec::IntoIter<Arc<Family>>,
    /// The family that the last page broke off in, and its last series.
    open: Option<(Arc<Family>, Option<Arc<Series>>)>,
    collected: std::vec::IntoIter<CollectedFamily>,
    now: u64,
    /// Since when the sources have been counting, as far as it is known: nanoseconds since the Unix epoch.
    began: u64,
}

impl Pages {
    pub(super) fn new(core: &Core, showing: &Showing, began_ms: u64) -> Self {
        let mut families = core.registry.families().into_iter();
        let open = families.next().map(|family| (family, None));
        let collected = core.sources.collect(core, showing).into_iter();
        Self { families, open, collected, now: nanos(now_ms()), began: nanos(began_ms) }
    }

    /// Adds what fits of the open family, and opens the next one when it has ended.
    fn recorded(
        &mut self,
        room: usize,
        page: &mut Vec<Arc<Series>>,
        zeros: &mut Vec<Arc<Series>>,
    ) -> Option<Points> {
        let (family, after) = self.open.take()?;
        family.page(after.as_deref(), room, page);
        let last = (page.len() == room).then(|| page.last().cloned()).flatten();
        let mut points = Points::new(&family.description, family.help());
        zeros.extend(page.iter().filter(|series| points.recorded(series, self.now)).cloned());
        self.open = match last {
            Some(last) => Some((family, Some(last))),
            None => self.families.next().map(|family| (family, None)),
        };
        Some(points)
    }

    fn collected(&mut self) -> Option<Points> {
        let CollectedFamily { description, continued, samples } = self.collected.next()?;
        let mut points = Points::new(&description, &description.help);
        // 0: nobody knows since when.
        let began = if continued { 0 } else { self.began };
        for (labels, value) in &samples {
            points.collected(labels, value, description.bounds.as_ref(), began, self.now);
        }
        Some(points)
    }
}

/// What goes into one request.
#[derive(Default)]
pub(super) struct Page {
    pub(super) metrics: Vec<Metric>,
    pub(super) points: usize,
    /// Series whose zero is in it.
    pub(super) zeros: Vec<Arc<Series>>,
}

impl Iterator for Pages {
    type Item = Page;

    fn next(&mut self) -> Option<Self::Item> {
        let (mut built, mut page) = (Page::default(), Vec::new());
        while built.points < POINTS
            && let Some(points) =
                self.recorded(POINTS - built.points, &mut page, &mut built.zeros).or_else(|| self.collected())
        {
            built.points += points.len();
            built.metrics.extend(points.metric());
        }
        (built.points > 0).then_some(built)
    }
}

fn nanos(millis: u64) -> u64 {
    millis.saturating_mul(1_000_000)
}

/// The points of one metric.
struct Points {
    kind: MetricKind,
    /// Without points.
    metric: Metric,
    numbers: Vec<NumberDataPoint>,
    distributions: Vec<HistogramDataPoint>,
}

impl Points {
    fn new(description: &Description, help: &str) -> Self {
        let metric = Metric {
            name: description.name.to_string(),
            description: help.to_owned(),
            unit: unit(&description.unit).to_owned(),
            ..Metric::default()
        };
        Self { kind: description.kind, metric, numbers: Vec::new(), distributions: Vec::new() }
    }

    fn len(&self) -> usize {
        self.numbers.len() + self.distributions.len()
    }

    /// Adds a series; before it, until one has arrived, a zero at its birth, from which an increase can be seen. Whether
    /// it added that.
    fn recorded(&mut self, series: &Series, now: u64) -> bool {
        let start = nanos(series.created_ms());
        let now = now.max(start);
        let labels = series.labels();
        let is_new = start < now && series.wants_zero_point();
        match series.value() {
            Value::Counter(_) => {
                if is_new {
                    self.numbers.push(number(labels, Point::AsInt(0), start, start));
                }
                self.numbers.push(number(labels, Point::AsInt(series.number() as i64), start, now));
            }
            Value::UpDown(_) => {
                self.numbers.push(number(labels, Point::AsInt(series.number() as i64), start, now));
            }
            Value::Gauge(_) => self.numbers.push(number(labels, Point::AsDouble(series.number()), 0, now)),
            Value::Histogram { bounds, exemplars, .. } => {
                let (mut buckets, mut kept) = (Vec::new(), Vec::new());
                let (_, sum) = series.histogram(&mut buckets);
                exemplars.read(&mut kept);
                let mut point = distribution(labels, bounds, &buckets, sum, start, now);
                if is_new {
                    let zero = distribution(labels, bounds, &vec![0; buckets.len()], 0.0, start, start);
                    self.distributions.push(zero);
                }
                point.exemplars = kept.into_iter().flatten().map(exemplar).collect();
                self.distributions.push(point);
            }
            Value::Elsewhere => {}
        }
        is_new && matches!(series.value(), Value::Counter(_) | Value::Histogram { .. })
    }

    fn collected(
        &mut self,
        labels: &str,
        value: &CollectedValue,
        bounds: Option<&Bounds>,
        began: u64,
        now: u64,
    ) {
        let began = if self.kind == MetricKind::Gauge { 0 } else { began };
        match (value, bounds) {
            (CollectedValue::Number(value), _) => {
                let value = match *value {
                    Number::Unsigned(n) => i64::try_from(n).map_or(Point::AsDouble(n as f64), Point::AsInt),
                    Number::Signed(n) => Point::AsInt(n),
                    Number::Float(n) => Point::AsDouble(n),
                };
                self.numbers.push(number(labels, value, began, now));
            }
            (CollectedValue::Histogram(buckets, sum), Some(bounds)) => {
                self.distributions.push(distribution(labels, bounds, buckets, *sum, began, now));
            }
            (CollectedValue::Histogram(..), None) => {}
        }
    }

    fn metric(self) -> Option<Metric> {
        if self.len() == 0 {
            return None;
        }
        let aggregation_temporality = AggregationTemporality::Cumulative as i32;
        let data = match self.kind {
            MetricKind::Counter | MetricKind::UpDownCounter => Data::Sum(Sum {
                data_points: self.numbers,
                aggregation_temporality,
                is_monotonic: self.kind == MetricKind::Counter,
            }),
            MetricKind::Gauge => Data::Gauge(Gauge { data_points: self.numbers }),
            MetricKind::Histogram => {
                Data::Histogram(Histogram { data_points: self.distributions, aggregation_temporality })
            }
        };
        Some(Metric { data: Some(data), ..self.metric })
    }
}

/// The UCUM code of a unit as Prometheus spells it. Plain numbers have none: `1` would add `_ratio` to their names.
fn unit(prometheus: &str) -> &str {
    match prometheus {
        "seconds" => "s",
        "bytes" => "By",
        "bytes_per_second" => "By/s",
        "joules" => "J",
        "watts" => "W",
        "volts" => "V",
        "meters" => "m",
        "meters_per_second" => "m/s",
        "celsius" => "Cel",
        "hertz" => "Hz",
        other => other,
    }
}

fn attributes(labels: &str) -> Vec<KeyValue> {
    let pair = |(name, value): (&str, std::borrow::Cow<'_, str>)| KeyValue {
        key: name.to_owned(),
        value: Some(AnyValue { value: Some(any_value::Value::StringValue(value.into_owned())) }),
        ..KeyValue::default()
    };
    parse_labels(labels).map(pair).collect()
}

fn number(labels: &str, value: Point, start: u64, time: u64) -> NumberDataPoint {
    NumberDataPoint {
        attributes: attributes(labels),
        start_time_unix_nano: start,
        time_unix_nano: time,
        value: Some(value),
        ..NumberDataPoint::default()
    }
}

fn distribution(
    labels: &str,
    bounds: &Bounds,
    buckets: &[u64],
    sum: f64,
    start: u64,
    time: u64,
) -> HistogramDataPoint {
    HistogramDataPoint {
        attributes: attributes(labels),
        start_time_unix_nano: start,
        time_unix_nano: time,
        count: buckets.iter().sum(),
        sum: Some(sum),
        bucket_counts: buckets.to_vec(),
        explicit_bounds: bounds.values().to_vec(),
        ..HistogramDataPoint::default()
    }
}

fn exemplar(kept: crate::registry::Exemplar) -> Exemplar {
    Exemplar {
        filtered_attributes: Vec::new(),
        time_unix_nano: nanos(kept.timestamp_ms),
        trace_id: kept.trace.to_be_bytes().to_vec(),
        span_id: kept.span.to_be_bytes().to_vec(),
        value: Some(ExemplarValue::AsDouble(kept.value)),
    }
}
