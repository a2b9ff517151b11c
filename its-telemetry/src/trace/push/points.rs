//! The registry as OTLP metrics, in pages small enough for one request.

use std::sync::Arc;

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::exemplar::Value as ExemplarValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Exemplar, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint, Sum,
};

use crate::registry::{Family, MetricKind, Registry, Series, Value, now_ms, parse_labels};

/// Points in one request: with histograms of 23 buckets below 1 MiB, a quarter of what collectors take.
const POINTS: usize = 1_000;

/// Pages of metrics with their number of points, in the order of names and labels.
pub(super) struct Pages {
    families: std::vec::IntoIter<Arc<Family>>,
    /// The family that the last page broke off in, and its last series.
    open: Option<(Arc<Family>, Option<Arc<Series>>)>,
    now: u64,
}

impl Pages {
    pub(super) fn new(registry: &Registry) -> Self {
        let mut families = registry.families().into_iter();
        let open = families.next().map(|family| (family, None));
        Self { families, open, now: nanos(now_ms()) }
    }
}

impl Iterator for Pages {
    type Item = (Vec<Metric>, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let (mut metrics, mut points, mut page) = (Vec::new(), 0, Vec::new());
        while points < POINTS
            && let Some((family, after)) = self.open.take()
        {
            let room = POINTS - points;
            family.page(after.as_deref(), room, &mut page);
            points += page.len();
            let last = (page.len() == room).then(|| page.last().cloned()).flatten();
            metrics.extend(metric(&family, &page, self.now));
            self.open = match last {
                Some(last) => Some((family, Some(last))),
                None => self.families.next().map(|family| (family, None)),
            };
        }
        (points > 0).then_some((metrics, points))
    }
}

fn nanos(millis: u64) -> u64 {
    millis.saturating_mul(1_000_000)
}

fn metric(family: &Family, series: &[Arc<Series>], now: u64) -> Option<Metric> {
    let description = &family.description;
    let cumulative = AggregationTemporality::Cumulative as i32;
    let numbers = || series.iter().flat_map(|series| numbers(series, now)).collect::<Vec<_>>();
    let data = match description.kind {
        MetricKind::Counter | MetricKind::UpDownCounter => Data::Sum(Sum {
            data_points: numbers(),
            aggregation_temporality: cumulative,
            is_monotonic: description.kind == MetricKind::Counter,
        }),
        MetricKind::Gauge => Data::Gauge(Gauge { data_points: numbers() }),
        MetricKind::Histogram => Data::Histogram(Histogram {
            data_points: series.iter().flat_map(|series| distributions(series, now)).collect(),
            aggregation_temporality: cumulative,
        }),
    };
    let some = match &data {
        Data::Sum(sum) => !sum.data_points.is_empty(),
        Data::Gauge(gauge) => !gauge.data_points.is_empty(),
        Data::Histogram(histogram) => !histogram.data_points.is_empty(),
        _ => false,
    };
    some.then(|| Metric {
        name: description.name.to_string(),
        description: family.help().to_owned(),
        unit: unit(&description.unit).to_owned(),
        metadata: Vec::new(),
        data: Some(data),
    })
}

/// The UCUM code of a unit as Prometheus spells it. Plain numbers have none: `1` would add `_ratio` to their names.
fn unit(prometheus: &str) -> &str {
    match prometheus {
        "seconds" => "s",
        "bytes" => "By",
        "joules" => "J",
        "watts" => "W",
        "volts" => "V",
        "meters" => "m",
        "celsius" => "Cel",
        "hertz" => "Hz",
        other => other,
    }
}

fn attributes(series: &Series) -> Vec<KeyValue> {
    let pair = |(name, value): (&str, std::borrow::Cow<'_, str>)| KeyValue {
        key: name.to_owned(),
        value: Some(AnyValue { value: Some(any_value::Value::StringValue(value.into_owned())) }),
        ..KeyValue::default()
    };
    parse_labels(series.labels()).map(pair).collect()
}

/// The point of a series; before it, once, a zero at its birth, from which an increase can be seen.
fn numbers(series: &Series, now: u64) -> impl Iterator<Item = NumberDataPoint> {
    let (value, start) = match series.value() {
        Value::Counter(_) | Value::UpDown(_) => {
            (Some(Number::AsInt(series.number() as i64)), nanos(series.created_ms()))
        }
        Value::Gauge(_) => (Some(Number::AsDouble(series.number())), 0),
        Value::Histogram { .. } | Value::Elsewhere => (None, 0),
    };
    let zero = matches!(series.value(), Value::Counter(_)) && series.takes_first_showing();
    let point = |value, time_unix_nano| NumberDataPoint {
        attributes: attributes(series),
        start_time_unix_nano: start,
        time_unix_nano,
        value: Some(value),
        ..NumberDataPoint::default()
    };
    let zero = (zero && start < now).then(|| point(Number::AsInt(0), start));
    zero.into_iter().chain(value.map(|value| point(value, now.max(start))))
}

fn distributions(series: &Series, now: u64) -> impl Iterator<Item = HistogramDataPoint> {
    let mut points = Vec::with_capacity(1);
    if let Value::Histogram { bounds, exemplars, .. } = series.value() {
        let start = nanos(series.created_ms());
        let mut buckets = Vec::new();
        let (count, sum) = series.histogram(&mut buckets);
        let mut kept = Vec::new();
        exemplars.read(&mut kept);
        let point = HistogramDataPoint {
            attributes: attributes(series),
            start_time_unix_nano: start,
            time_unix_nano: now.max(start),
            count,
            sum: Some(sum),
            explicit_bounds: bounds.values().to_vec(),
            exemplars: kept.into_iter().flatten().map(exemplar).collect(),
            bucket_counts: buckets,
            ..HistogramDataPoint::default()
        };
        if series.takes_first_showing() && start < now {
            points.push(HistogramDataPoint {
                time_unix_nano: start,
                count: 0,
                sum: Some(0.0),
                exemplars: Vec::new(),
                bucket_counts: vec![0; point.bucket_counts.len()],
                ..point.clone()
            });
        }
        points.push(point);
    }
    points.into_iter()
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
