//! Handles: what code that records holds. Cheap to clone, never fail, never look anything up.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::bounds::Bounds;
use super::cells::Writer;
use super::exemplar::{Exemplar, Exemplars};
use super::series::{Series, Value};

#[derive(Clone, Debug)]
enum Target<F> {
    Own { series: Arc<Series>, cell: u32 },
    Facade(F),
    Nowhere,
}

/// A handle whose numbers may be in our registry.
pub(crate) trait Celled {
    /// Its cells, for as long as the handle lives.
    fn cell(&self) -> Option<u32>;
}

impl<F> Target<F> {
    fn cell(&self) -> Option<u32> {
        match self {
            Self::Own { cell, .. } => Some(*cell),
            _ => None,
        }
    }
}

impl Celled for Counter {
    fn cell(&self) -> Option<u32> {
        self.0.cell()
    }
}

impl Celled for Histogram {
    fn cell(&self) -> Option<u32> {
        self.0.cell()
    }
}

/// A number that only grows.
#[derive(Clone, Debug)]
pub struct Counter(Target<metrics::Counter>);

impl Counter {
    pub(crate) fn own(series: Arc<Series>) -> Self {
        match series.value() {
            Value::Counter(range) => Self(Target::Own { cell: range.base(), series }),
            _ => Self::nowhere(),
        }
    }

    pub(crate) fn facade(counter: metrics::Counter) -> Self {
        Self(Target::Facade(counter))
    }

    /// Records nothing.
    pub(crate) fn nowhere() -> Self {
        Self(Target::Nowhere)
    }

    /// Adds `n`.
    pub fn add(&self, n: u64) {
        match &self.0 {
            Target::Own { series, cell } => {
                if let Value::Counter(range) = series.value() {
                    range.cells().writer().add(*cell, n);
                }
            }
            Target::Facade(counter) => counter.increment(n),
            Target::Nowhere => {}
        }
    }

    #[inline]
    pub(crate) fn add_with(&self, writer: Writer<'_>, n: u64) {
        match &self.0 {
            Target::Own { cell, .. } => writer.add(*cell, n),
            Target::Facade(counter) => counter.increment(n),
            Target::Nowhere => {}
        }
    }

    /// What has been counted so far; 0 on a foreign recorder, which cannot be read.
    pub fn value(&self) -> u64 {
        match &self.0 {
            Target::Own { series, .. } => series.number() as u64,
            _ => 0,
        }
    }
}

/// A whole number that goes up and down: calls in flight, items in a queue.
#[derive(Clone, Debug)]
pub struct UpDownCounter(Target<metrics::Gauge>);

impl UpDownCounter {
    pub(crate) fn own(series: Arc<Series>) -> Self {
        match series.value() {
            Value::UpDown(range) => Self(Target::Own { cell: range.base(), series }),
            _ => Self::nowhere(),
        }
    }

    pub(crate) fn facade(gauge: metrics::Gauge) -> Self {
        Self(Target::Facade(gauge))
    }

    pub(crate) fn nowhere() -> Self {
        Self(Target::Nowhere)
    }

    /// Adds `n`, which may be negative.
    pub fn add(&self, n: i64) {
        match &self.0 {
            Target::Own { series, cell } => {
                if let Value::UpDown(range) = series.value() {
                    range.cells().writer().add(*cell, n as u64);
                }
            }
            Target::Facade(gauge) => gauge.increment(n as f64),
            Target::Nowhere => {}
        }
    }

    #[inline]
    pub(crate) fn add_with(&self, writer: Writer<'_>, n: i64) {
        match &self.0 {
            Target::Own { cell, .. } => writer.add(*cell, n as u64),
            Target::Facade(gauge) => gauge.increment(n as f64),
            Target::Nowhere => {}
        }
    }

    /// The value now; 0 on a foreign recorder, which cannot be read.
    pub fn value(&self) -> i64 {
        match &self.0 {
            Target::Own { series, .. } => series.number() as i64,
            _ => 0,
        }
    }
}

/// The last value set.
#[derive(Clone, Debug)]
pub struct Gauge(Target<metrics::Gauge>);

impl Gauge {
    pub(crate) fn own(series: Arc<Series>) -> Self {
        match series.value() {
            Value::Gauge(_) => Self(Target::Own { cell: 0, series }),
            _ => Self::nowhere(),
        }
    }

    pub(crate) fn facade(gauge: metrics::Gauge) -> Self {
        Self(Target::Facade(gauge))
    }

    pub(crate) fn nowhere() -> Self {
        Self(Target::Nowhere)
    }

    /// Replaces the value.
    pub fn set(&self, value: f64) {
        match &self.0 {
            Target::Own { series, .. } => {
                if let Value::Gauge(bits) = series.value() {
                    bits.store(value.to_bits(), Relaxed);
                }
            }
            Target::Facade(gauge) => gauge.set(value),
            Target::Nowhere => {}
        }
    }

    /// Adds to the value.
    pub fn add(&self, n: f64) {
        match &self.0 {
            Target::Own { series, .. } => {
                if let Value::Gauge(bits) = series.value() {
                    let _ = bits.fetch_update(Relaxed, Relaxed, |v| Some((f64::from_bits(v) + n).to_bits()));
                }
            }
            Target::Facade(gauge) => gauge.increment(n),
            Target::Nowhere => {}
        }
    }

    /// The value now; 0 on a foreign recorder, which cannot be read.
    pub fn value(&self) -> f64 {
        match &self.0 {
            Target::Own { series, .. } => series.number(),
            _ => 0.0,
        }
    }
}

/// A distribution over fixed buckets.
#[derive(Clone, Debug)]
pub struct Histogram(Target<metrics::Histogram>);

impl Histogram {
    pub(crate) fn own(series: Arc<Series>) -> Self {
        match series.value() {
            Value::Histogram { range, .. } => Self(Target::Own { cell: range.base(), series }),
            _ => Self::nowhere(),
        }
    }

    pub(crate) fn facade(histogram: metrics::Histogram) -> Self {
        Self(Target::Facade(histogram))
    }

    pub(crate) fn nowhere() -> Self {
        Self(Target::Nowhere)
    }

    /// Records a value in the unit of the histogram. `NaN` and infinities are left out.
    ///
    /// Returns whether the value was recorded.
    pub fn record(&self, value: f64) -> bool {
        self.record_many(value, 1)
    }

    /// Records the same value `count` times.
    pub(crate) fn record_many(&self, value: f64, count: u64) -> bool {
        if !value.is_finite() {
            return false;
        }
        match &self.0 {
            Target::Own { series, cell } => {
                let Value::Histogram { range, bounds, .. } = series.value() else { return false };
                let writer = range.cells().writer();
                let sum = cell + bounds.buckets() as u32;
                writer.add(cell + bounds.bucket_of(value) as u32, count);
                if bounds.is_duration() {
                    writer.add(sum, ((value * 1e9).max(0.0) as u64).wrapping_mul(count));
                } else {
                    writer.add_f64(sum, value * count as f64);
                }
            }
            Target::Facade(histogram) => (0..count).for_each(|_| histogram.record(value)),
            Target::Nowhere => {}
        }
        true
    }

    /// Records a duration, compared with the bounds in whole nanoseconds.
    pub fn record_duration(&self, duration: Duration) {
        let nanos = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        match &self.0 {
            Target::Own { series, .. } => {
                if let Value::Histogram { range, .. } = series.value() {
                    self.record_nanos_with(range.cells().writer(), nanos, || None);
                }
            }
            Target::Facade(histogram) => histogram.record(nanos as f64 / 1e9),
            Target::Nowhere => {}
        }
    }

    /// The hot path: a duration, and the exported call it belongs to if there is one.
    #[inline]
    pub(crate) fn record_nanos_with(
        &self,
        writer: Writer<'_>,
        nanos: u64,
        exemplar: impl FnOnce() -> Option<Exemplar>,
    ) {
        match &self.0 {
            Target::Own { series, cell } => {
                let Value::Histogram { bounds, exemplars, .. } = series.value() else { return };
                let bucket = bounds.record_nanos(writer, *cell, nanos);
                offer(exemplars, bounds, bucket, exemplar());
            }
            Target::Facade(histogram) => histogram.record(nanos as f64 / 1e9),
            Target::Nowhere => {}
        }
    }

    /// The bounds, when the histogram is in our registry.
    pub(crate) fn bounds(&self) -> Option<&Bounds> {
        match &self.0 {
            Target::Own { series, .. } => match series.value() {
                Value::Histogram { bounds, .. } => Some(bounds),
                _ => None,
            },
            _ => None,
        }
    }

    /// How many values have been recorded; 0 on a foreign recorder, which cannot be read.
    pub fn count(&self) -> u64 {
        match &self.0 {
            Target::Own { series, .. } => series.number() as u64,
            _ => 0,
        }
    }
}

#[inline]
fn offer(exemplars: &Exemplars, bounds: &Bounds, bucket: usize, exemplar: Option<Exemplar>) {
    if let Some(exemplar) = exemplar {
        exemplars.offer(bounds.buckets(), bucket, exemplar);
    }
}
