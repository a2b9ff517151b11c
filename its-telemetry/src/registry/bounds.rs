//! Histogram bounds, checked once and shared by the series of a family.

use std::fmt;
use std::sync::Arc;

use super::cells::Writer;

/// Upper bounds of a histogram's buckets, without `+Inf`: finite and strictly ascending.
#[derive(Clone)]
pub struct Bounds(Arc<Inner>);

struct Inner {
    values: Box<[f64]>,
    nanos: Option<Nanos>,
    /// `le` values as every format spells them.
    le: Box<[Box<str>]>,
}

/// The bounds of durations in nanoseconds, so that a threshold is compared without rounding.
struct Nanos {
    bounds: Box<[u64]>,
    /// How many bounds are below every number of so many bits: where the search for one begins.
    below: [u8; 65],
}

impl Nanos {
    fn new(bounds: Box<[u64]>) -> Self {
        let below = std::array::from_fn(|bits| {
            let smallest = if bits == 0 { 0 } else { 1 << (bits - 1) };
            bounds.partition_point(|bound| *bound < smallest) as u8
        });
        Self { bounds, below }
    }

    #[inline]
    fn bucket_of(&self, nanos: u64) -> usize {
        let mut bucket = usize::from(self.below[64 - nanos.leading_zeros() as usize]);
        while self.bounds.get(bucket).is_some_and(|bound| *bound < nanos) {
            bucket += 1;
        }
        bucket
    }
}

/// Why a list of bounds was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BoundsError {
    /// There is no bound at all.
    #[error("a histogram needs at least one bound")]
    Empty,
    /// More than 200 bounds.
    #[error("a histogram has at most 200 bounds; each one is a series of its own")]
    TooMany,
    /// A bound is `NaN` or infinite; `+Inf` is always there and must not be listed.
    #[error("bounds must be finite numbers; leave out +Inf, it is added")]
    NotFinite,
    /// Two bounds are equal or out of order.
    #[error("bounds must be strictly ascending; sort them and remove duplicates")]
    NotAscending,
    /// A duration bound is negative or above 580 years.
    #[error("bounds of a duration must lie between 0 and 1.8e10 seconds")]
    NotADuration,
}

impl Bounds {
    /// Bounds of plain values.
    ///
    /// # Errors
    /// When the list is empty, longer than 200, not finite or not strictly ascending.
    pub fn new(values: &[f64]) -> Result<Self, BoundsError> {
        Self::build(values, None)
    }

    /// Bounds in seconds for durations, which are compared in whole nanoseconds.
    ///
    /// # Errors
    /// As for [`Bounds::new`], and when a bound is no duration.
    pub fn seconds(values: &[f64]) -> Result<Self, BoundsError> {
        if values.iter().any(|v| v.is_finite() && !(0.0..1.8e10).contains(v)) {
            return Err(BoundsError::NotADuration);
        }
        let nanos = values.iter().map(|v| (v * 1e9).round() as u64).collect();
        Self::build(values, Some(Nanos::new(nanos)))
    }

    fn build(values: &[f64], nanos: Option<Nanos>) -> Result<Self, BoundsError> {
        match values {
            [] => return Err(BoundsError::Empty),
            _ if values.len() > 200 => return Err(BoundsError::TooMany),
            _ if values.iter().any(|v| !v.is_finite()) => return Err(BoundsError::NotFinite),
            _ if values.windows(2).any(|pair| pair[0] >= pair[1]) => return Err(BoundsError::NotAscending),
            _ => {}
        }
        let le = values.iter().map(|v| le_text(*v)).chain(["+Inf".into()]).collect();
        Ok(Self(Arc::new(Inner { values: values.into(), nanos, le })))
    }

    /// The bounds, without `+Inf`.
    pub fn values(&self) -> &[f64] {
        &self.0.values
    }

    pub(crate) fn le(&self) -> &[Box<str>] {
        &self.0.le
    }

    pub(crate) fn is_duration(&self) -> bool {
        self.0.nanos.is_some()
    }

    /// Buckets with `+Inf`.
    pub(crate) fn buckets(&self) -> usize {
        self.0.values.len() + 1
    }

    #[inline]
    pub(crate) fn bucket_of_nanos(&self, nanos: u64) -> usize {
        self.0.nanos.as_ref().map_or(0, |bounds| bounds.bucket_of(nanos))
    }

    /// Adds a duration to a histogram of these bounds, which begins at `cell`. Returns its bucket.
    #[inline]
    pub(crate) fn record_nanos(&self, writer: Writer<'_>, cell: u32, nanos: u64) -> usize {
        let bucket = self.bucket_of_nanos(nanos);
        writer.add_both(cell, (bucket, 1), (self.buckets(), nanos));
        bucket
    }

    #[inline]
    pub(crate) fn bucket_of(&self, value: f64) -> usize {
        self.0.values.partition_point(|bound| *bound < value)
    }
}

/// A bound as Prometheus itself spells it when it reads protobuf, so that `le` is the same whatever format it asked
/// for: the shortest digits, always a float (`1.0`), with an exponent below 0.0001 and from a million on (`1e+06`).
fn le_text(value: f64) -> Box<str> {
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value == 0.0 {
        return "0.0".into();
    }
    if !(-4..6).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{digits}e{sign}{:02}", exponent.abs()).into();
    }
    format!("{value:?}").into()
}

impl fmt::Debug for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Bounds").field(&self.0.values).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_belongs_to_the_bucket_below_it() {
        let bounds = Bounds::seconds(&[0.05, 0.1, 1.0]).expect("bounds");
        assert_eq!(bounds.bucket_of_nanos(100_000_000), 1);
        assert_eq!(bounds.bucket_of_nanos(100_000_001), 2);
        assert_eq!(bounds.bucket_of_nanos(u64::MAX), 3);
        assert_eq!(bounds.bucket_of(0.1), 1);
    }

    #[test]
    fn every_duration_finds_its_bucket() {
        let values = [0.0, 1e-9, 5e-9, 0.06, 0.07, 0.08, 0.1, 0.125, 1.0, 1e10];
        let bounds = Bounds::seconds(&values).expect("bounds");
        let edges = values.map(|bound| (bound * 1e9) as u64);
        let around = edges.iter().flat_map(|edge| [edge.saturating_sub(1), *edge, edge + 1]);
        for nanos in around.chain((0..64).map(|bit| 1 << bit)).chain([u64::MAX]) {
            let expected = edges.iter().filter(|edge| **edge < nanos).count();
            assert_eq!(bounds.bucket_of_nanos(nanos), expected, "{nanos} ns");
        }
    }

    #[test]
    fn le_is_spelt_as_a_float() {
        let bounds = Bounds::new(&[0.1, 1.0, 250.0]).expect("bounds");
        let le: Vec<&str> = bounds.le().iter().map(|le| &**le).collect();
        assert_eq!(le, ["0.1", "1.0", "250.0", "+Inf"]);
    }

    #[test]
    fn le_is_spelt_as_prometheus_spells_it() {
        let spelt = |value| le_text(value).into_string();
        assert_eq!(spelt(0.0), "0.0");
        assert_eq!(spelt(-0.0), "0.0");
        assert_eq!(spelt(-1.0), "-1.0");
        assert_eq!(spelt(0.0001), "0.0001");
        assert_eq!(spelt(0.000_012_5), "1.25e-05");
        assert_eq!(spelt(999_999.5), "999999.5");
        assert_eq!(spelt(1_000_000.0), "1e+06");
        assert_eq!(spelt(1_048_576.0), "1.048576e+06");
        assert_eq!(spelt(1e100), "1e+100");
        assert_eq!(spelt(10.0 / 3.6), "2.7777777777777777");
    }

    #[test]
    fn wrong_bounds_say_what_is_wrong() {
        assert_eq!(Bounds::new(&[]).unwrap_err(), BoundsError::Empty);
        assert_eq!(Bounds::new(&[1.0, 1.0]).unwrap_err(), BoundsError::NotAscending);
        assert_eq!(Bounds::new(&[1.0, f64::INFINITY]).unwrap_err(), BoundsError::NotFinite);
        assert_eq!(Bounds::new(&[f64::NAN]).unwrap_err(), BoundsError::NotFinite);
        assert_eq!(Bounds::seconds(&[-1.0]).unwrap_err(), BoundsError::NotADuration);
        assert_eq!(Bounds::new(&[0.0; 201]).unwrap_err(), BoundsError::TooMany);
    }
}
