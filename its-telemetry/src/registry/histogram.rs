//! The handle on a histogram.

use std::sync::Arc;
use std::time::Duration;

use super::bounds::Bounds;
use super::cells::Writer;
use super::exemplar::Exemplar;
use super::handle::Celled;
use super::series::{Series, Value};

/// A distribution over fixed buckets; see [`TelemetryBuilder::native_histograms`] for exponential ones beside them.
///
/// [`TelemetryBuilder::native_histograms`]: crate::TelemetryBuilder::native_histograms
#[derive(Clone, Debug)]
pub struct Histogram(Target);

#[derive(Clone, Debug)]
enum Target {
    /// Classic buckets alone, which begin at this cell.
    Own {
        series: Arc<Series>,
        cell: u32,
    },
    /// Exponential buckets as well. A case of its own, so that the usual one need not ask for them.
    Native {
        series: Arc<Series>,
        cell: u32,
    },
    Facade(metrics::Histogram),
    Nowhere,
}

impl Histogram {
    pub(crate) fn own(series: Arc<Series>) -> Self {
        match series.value() {
            Value::Histogram { range, native: None, .. } => Self(Target::Own { cell: range.base(), series }),
            Value::Histogram { range, .. } => Self(Target::Native { cell: range.base(), series }),
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
            Target::Own { series, cell } | Target::Native { series, cell } => {
                add_many(series, *cell, value, count);
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
            Target::Own { series, .. } | Target::Native { series, .. } => {
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
            Target::Own { series, cell } => add_nanos(series, *cell, writer, nanos, exemplar),
            Target::Native { series, cell } => add_nanos_to_both(series, *cell, writer, nanos, exemplar()),
            Target::Facade(histogram) => histogram.record(nanos as f64 / 1e9),
            Target::Nowhere => {}
        }
    }

    /// The bounds, when the cells in our registry are all there is.
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
            Target::Own { series, .. } | Target::Native { series, .. } => series.number() as u64,
            _ => 0,
        }
    }
}

impl Celled for Histogram {
    fn cell(&self) -> Option<u32> {
        match &self.0 {
            Target::Own { cell, .. } => Some(*cell),
            _ => None,
        }
    }
}

#[inline]
fn add_nanos(
    series: &Series,
    cell: u32,
    writer: Writer<'_>,
    nanos: u64,
    exemplar: impl FnOnce() -> Option<Exemplar>,
) {
    let Value::Histogram { bounds, exemplars, .. } = series.value() else { return };
    let bucket = bounds.record_nanos(writer, cell, nanos);
    if let Some(exemplar) = exemplar() {
        exemplars.offer(bounds.buckets(), bucket, exemplar);
    }
}

#[inline(never)]
fn add_nanos_to_both(series: &Series, cell: u32, writer: Writer<'_>, nanos: u64, exemplar: Option<Exemplar>) {
    if let Value::Histogram { native: Some(native), .. } = series.value() {
        // First, as a scrape reads it last: what is in the cells is here as well.
        native.record(nanos as f64 / 1e9, 1);
    }
    add_nanos(series, cell, writer, nanos, || exemplar);
}

fn add_many(series: &Series, cell: u32, value: f64, count: u64) {
    let Value::Histogram { range, bounds, native, .. } = series.value() else { return };
    let value = if bounds.is_duration() { value.max(0.0) } else { value };
    if let Some(native) = native {
        native.record(value, count);
    }
    let writer = range.cells().writer();
    let sum = cell + bounds.buckets() as u32;
    writer.add(cell + bounds.bucket_of(value) as u32, count);
    if bounds.is_duration() {
        writer.add(sum, ((value * 1e9) as u64).wrapping_mul(count));
    } else {
        writer.add_f64(sum, value * count as f64);
    }
}
