//! How far Prometheus and the process may differ.

use std::ops::RangeInclusive;
use std::time::Duration;

use super::windows::{BASE, LONGEST_RAW};
use crate::WindowCounts;
use crate::tracker::slot_of;

/// How far Prometheus and the process may differ over a window, as the [table](super#how-far-prometheus-and-the-process-may-differ)
/// says.
///
/// ```
/// use std::time::Duration;
/// use its_slo::rules::Bound;
///
/// let (window, scrape) = (Duration::from_secs(3_600), Duration::from_secs(15));
/// let bound = Bound::of_counters(window, scrape);
/// // Of 3,600 bad events that come steadily, 150 lie in the zones.
/// assert_eq!((bound.share(window) * 3_600.0).round(), 150.0);
/// assert!(bound.counts(3_600.0, 150.0).contains(&3_480.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Bound {
    /// The first zone begins so long before the window.
    pub before_begin: Duration,
    /// It ends so long after the window's begin.
    pub after_begin: Duration,
    /// The second zone is so much of the window's end.
    pub before_end: Duration,
    /// *x*: how much further a range may be extrapolated, as a ratio.
    pub extrapolation: f64,
}

impl Bound {
    /// Where both count the same: on a Prometheus before 3, a window that begins and ends on a scrape and on a slot.
    pub const EQUAL: Self = Self {
        before_begin: Duration::ZERO,
        after_begin: Duration::ZERO,
        before_end: Duration::ZERO,
        extrapolation: 0.0,
    };

    /// Of a window that is read from the counters, which are scraped once in each `scrape`.
    pub fn of_counters(window: Duration, scrape: Duration) -> Self {
        let slot = slot_of(window);
        let bound =
            Self { before_begin: slot, after_begin: slot + scrape, before_end: scrape, ..Self::EQUAL };
        bound.with_scrapes(scrapes(window, scrape))
    }

    /// Of a window as the rules have it, which are evaluated once in each `interval`: longer ones are staged.
    pub fn of_rules(window: Duration, scrape: Duration, interval: Duration) -> Self {
        let Self { before_begin, after_begin, before_end, .. } = Self::of_counters(window, scrape);
        if window <= LONGEST_RAW {
            return Self::of_counters(window, scrape);
        }
        // What happens around a moment moves into the samples after it, and then into the means of those.
        let reach = Self::reach(scrape, interval);
        Self {
            before_begin: before_begin + reach,
            after_begin: after_begin + reach,
            before_end: before_end + reach,
            ..Self::EQUAL.with_scrapes(scrapes(BASE, scrape))
        }
    }

    /// How much longer, on either side, the zones of staged windows are.
    pub fn reach(scrape: Duration, interval: Duration) -> Duration {
        BASE + interval + scrape
    }

    /// The same, of a range in which only so many scrapes succeeded.
    #[must_use]
    pub fn with_scrapes(mut self, scrapes: u64) -> Self {
        self.extrapolation = 1.1 / scrapes.saturating_sub(1).max(1) as f64;
        self
    }

    /// The share of a window's events that lie in the zones when they come steadily.
    pub fn share(&self, window: Duration) -> f64 {
        (self.before_begin + self.after_begin + self.before_end).as_secs_f64() / window.as_secs_f64()
    }

    /// How many events Prometheus may see where the process has counted so many, with so many in the zones.
    pub fn counts(&self, counted: f64, in_zones: f64) -> RangeInclusive<f64> {
        (counted - in_zones).max(0.0)..=(counted + in_zones) * (1.0 + self.extrapolation)
    }

    /// The error ratios that Prometheus may see where the process has counted these events, with those in the zones.
    pub fn error_ratios(&self, counted: WindowCounts, in_zones: WindowCounts) -> RangeInclusive<f64> {
        let (good, bad) = (self.counts(counted.good, in_zones.good), self.counts(counted.bad, in_zones.bad));
        let ratio = |bad: f64, good: f64| WindowCounts { good, bad }.error_ratio().unwrap_or(0.0);
        ratio(*bad.start(), *good.end())..=ratio(*bad.end(), *good.start())
    }
}

fn scrapes(range: Duration, scrape: Duration) -> u64 {
    (range.as_secs_f64() / scrape.as_secs_f64()).floor() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::WINDOWS;

    #[test]
    fn the_table_says_what_the_zones_hold() {
        let (scrape, interval) = (Duration::from_secs(15), Duration::from_secs(30));
        let percent = |(name, window): (&str, Duration)| {
            let percent = 100.0 * Bound::of_rules(window, scrape, interval).share(window);
            let digits = usize::from(percent < 10.0);
            format!("{name} {percent:.digits$} %")
        };
        let (last, others) = WINDOWS.split_last().expect("windows");
        let others: Vec<_> = others.iter().copied().map(percent).collect();
        let sentence = format!("events of {} and {}.", others.join(", "), percent(*last));
        let table = include_str!("mod.rs").replace("\n//! ", " ");
        assert!(table.contains(&sentence), "{sentence}");
    }

    #[test]
    fn a_ratio_is_bounded_by_its_counts() {
        let bound = Bound { extrapolation: 0.5, ..Bound::EQUAL };
        let counts = |good, bad| WindowCounts { good, bad };
        let ratios = bound.error_ratios(counts(90.0, 10.0), counts(10.0, 2.0));
        assert_eq!(ratios, 8.0 / (8.0 + 150.0)..=18.0 / (18.0 + 80.0));
        let equal = Bound::EQUAL.error_ratios(counts(3.0, 1.0), counts(0.0, 0.0));
        assert_eq!(equal, 0.25..=0.25);
        assert_eq!(bound.counts(5.0, 9.0), 0.0..=21.0);
    }
}
