//! What a source has written, as the exposition reads it.

use std::collections::BTreeMap;

use crate::registry::{Description, Number};

/// A family that came from sources.
#[derive(Debug)]
pub(crate) struct CollectedFamily {
    pub(crate) description: Description,
    /// What it counts was begun before the process.
    pub(crate) continued: bool,
    /// By their rendered labels.
    pub(crate) samples: BTreeMap<Box<str>, CollectedValue>,
}

/// The value of one label set.
#[derive(Debug)]
pub(crate) enum CollectedValue {
    Number(Number),
    /// Buckets (not cumulative, `+Inf` last) and sum.
    Histogram(Box<[u64]>, f64),
}

impl CollectedValue {
    /// Lines that the value takes in a text format, about.
    pub(super) fn lines(&self) -> usize {
        match self {
            Self::Number(_) => 1,
            Self::Histogram(buckets, _) => buckets.len() + 2,
        }
    }

    pub(super) fn set_zero(&mut self) {
        match self {
            Self::Number(number) => *number = Number::Unsigned(0),
            Self::Histogram(buckets, sum) => {
                buckets.fill(0);
                *sum = 0.0;
            }
        }
    }
}
