//! Families and samples as plain data.

use std::borrow::Cow;

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// It only grows, until the process ends.
    Counter,
    /// It only grows, and was begun before the process: its first value is no increase.
    ContinuedCounter,
    /// It goes up and down.
    Gauge,
    /// A distribution over the buckets of [`Metric::bounds`].
    Histogram,
}

/// One metric of a catalogue.
#[derive(Debug, PartialEq)]
pub struct Metric {
    /// As Prometheus has it, with unit and `_total`.
    pub name: &'static str,
    /// The help text.
    pub help: &'static str,
    /// The unit as the name spells it; empty for plain numbers.
    pub unit: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Every label that a sample may have.
    pub labels: &'static [&'static str],
    /// Upper bounds of a histogram's buckets, in the unit; empty otherwise.
    pub bounds: &'static [f64],
}

/// A metric and its samples at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Family<'a> {
    /// Which one.
    pub metric: &'static Metric,
    /// Its label sets, each once; never empty.
    pub samples: Vec<Sample<'a>>,
}

/// The value of one label set.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample<'a> {
    /// In the order of [`Metric::labels`]; what is not known is left out.
    pub labels: Vec<(&'static str, Cow<'a, str>)>,
    /// Its value.
    pub value: Value<'a>,
}

/// A value, which keeps its kind, so that counts are exact.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A whole number.
    Integer(u64),
    /// Any number.
    Number(f64),
    /// Values in each bucket, not cumulative, the one without an upper bound last; and their sum.
    Histogram {
        /// One more than [`Metric::bounds`].
        buckets: &'a [u64],
        /// In the unit.
        sum: f64,
    },
}

impl Sample<'_> {
    /// The value of a label.
    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(known, _)| *known == name).map(|(_, value)| &**value)
    }
}

impl Value<'_> {
    /// The nearest floating-point number; of a histogram, how many values it has.
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Integer(n) => n as f64,
            Self::Number(n) => n,
            Self::Histogram { buckets, .. } => buckets.iter().sum::<u64>() as f64,
        }
    }
}

impl From<u64> for Value<'_> {
    fn from(n: u64) -> Self {
        Self::Integer(n)
    }
}

impl From<u32> for Value<'_> {
    fn from(n: u32) -> Self {
        Self::Integer(n.into())
    }
}

impl From<bool> for Value<'_> {
    fn from(set: bool) -> Self {
        Self::Integer(set.into())
    }
}

impl From<f64> for Value<'_> {
    fn from(n: f64) -> Self {
        Self::Number(n)
    }
}
