//! Handles: what code that records holds. Cheap to clone, never fail, never look anything up.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use super::cells::Writer;
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
