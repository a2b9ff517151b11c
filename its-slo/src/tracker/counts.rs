//! How many were good and how many were bad.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// Events, or time slices, since some beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Good ones.
    pub good: u64,
    /// Bad ones.
    pub bad: u64,
}

impl Counts {
    /// What lies a `share` of the way from here to `later`, rounded down.
    pub(crate) fn towards(self, later: Self, share: f64) -> Self {
        let part = |from: u64, to: u64| from + (to.saturating_sub(from) as f64 * share) as u64;
        Self { good: part(self.good, later.good), bad: part(self.bad, later.bad) }
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { good: self.good.saturating_add(other.good), bad: self.bad.saturating_add(other.bad) }
    }
}

impl Sub for Counts {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self { good: self.good.saturating_sub(earlier.good), bad: self.bad.saturating_sub(earlier.bad) }
    }
}

/// What happened within a window. At its edge the counts are interpolated, so they need not be whole.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WindowCounts {
    /// Good events, or slices.
    pub good: f64,
    /// Bad events, or slices.
    pub bad: f64,
}

impl WindowCounts {
    /// All of them.
    pub fn total(self) -> f64 {
        self.good + self.bad
    }

    /// Bad ones among all, as a ratio; `None` when nothing happened.
    pub fn error_ratio(self) -> Option<f64> {
        (self.total() > 0.0).then(|| self.bad / self.total())
    }
}
