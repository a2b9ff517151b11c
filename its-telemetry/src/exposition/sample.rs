//! What an encoder is given: one series at a time.

use crate::registry::{Bounds, Exemplar, Exponential, Number};

/// One series.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample<'a> {
    /// `name="value",..`, escaped.
    pub(super) labels: &'a str,
    /// When the series began, in milliseconds since the Unix epoch, if that is known.
    pub(super) created_ms: Option<u64>,
    pub(super) point: Point<'a>,
}

/// Its value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Point<'a> {
    Number(Number),
    Histogram(Histogram<'a>),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Histogram<'a> {
    pub(super) bounds: &'a Bounds,
    /// Not cumulative, `+Inf` last.
    pub(super) buckets: &'a [u64],
    pub(super) sum: f64,
    /// One place for each bucket, or none at all.
    pub(super) exemplars: &'a [Option<Exemplar>],
    /// The same values in exponential buckets, if they are kept. Only protobuf has them.
    pub(super) native: Option<&'a Exponential>,
}

/// The unit, if the name without `_total` ends with it; OpenMetrics allows no other.
pub(super) fn shown_unit<'a>(base: &str, unit: &'a str) -> Option<&'a str> {
    let rest = base.strip_suffix(unit)?;
    (!unit.is_empty() && rest.ends_with('_')).then_some(unit)
}

/// The name without `_total`, as OpenMetrics names the family of a counter.
pub(super) fn base_name(name: &str) -> &str {
    name.strip_suffix("_total").unwrap_or(name)
}
