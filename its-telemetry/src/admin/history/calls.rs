//! What the history keeps of one kind of call.

use std::time::Duration;

use super::quantile::{Quantile, quantile};
use super::ring::Ring;
use super::source::Class;
use super::window::{Slots, Window};
use crate::registry::Bounds;

const BAD: usize = 0;
const LEFT_OUT: usize = 1;
/// The buckets of the good calls follow.
const BUCKETS: usize = 2;

/// Calls of one subject in the last minutes.
#[derive(Debug)]
pub(super) struct CallTrack {
    ring: Ring,
    bounds: Bounds,
    /// `None` where nothing says how many.
    in_flight: Option<f64>,
    /// Number of the update that last saw a series of this subject.
    pub(super) seen: u64,
}

/// Numbers of one subject, or of several together, over a window.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallFigures {
    /// Calls that ended, a second.
    pub(crate) rate: Option<f64>,
    /// Share of bad calls, of those that were not cancelled.
    pub(crate) error_ratio: Option<f64>,
    pub(crate) p50: Option<Quantile>,
    pub(crate) p95: Option<Quantile>,
    pub(crate) p99: Option<Quantile>,
    pub(crate) in_flight: Option<f64>,
    /// Calls that ended since the start.
    pub(crate) ended: f64,
    /// Of them, bad ones.
    pub(crate) failed: f64,
}

impl CallTrack {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self { ring: Ring::new(BUCKETS + bounds.buckets()), bounds, in_flight: None, seen: 0 }
    }

    /// Adds what a histogram counted since it was last read.
    pub(super) fn add(&mut self, slot: usize, class: Class, buckets: impl Iterator<Item = u64>) {
        match class {
            Class::Bad => self.ring.add(slot, BAD, buckets.sum::<u64>() as f64),
            Class::LeftOut => self.ring.add(slot, LEFT_OUT, buckets.sum::<u64>() as f64),
            Class::Good => {
                let columns = BUCKETS..BUCKETS + self.bounds.buckets();
                columns.zip(buckets).for_each(|(column, n)| self.ring.add(slot, column, n as f64));
            }
        }
    }

    pub(super) fn clear(&mut self, slot: usize) {
        self.ring.clear(slot);
    }

    pub(super) fn begin_update(&mut self) {
        self.in_flight = None;
    }

    pub(super) fn add_in_flight(&mut self, n: f64) {
        *self.in_flight.get_or_insert(0.0) += n;
    }

    fn columns(&self) -> usize {
        BUCKETS + self.bounds.buckets()
    }
}

/// The figures of all `tracks` together. Tracks with other bounds than the first one's add no quantiles.
pub(super) fn figures<'a>(
    tracks: impl Iterator<Item = &'a CallTrack> + Clone,
    window: &Window,
) -> CallFigures {
    let Some(bounds) = tracks.clone().next().map(|track| track.bounds.clone()) else {
        return CallFigures::default();
    };
    let sum = |column: usize| tracks.clone().map(|track| track.ring.sum(&window.slots, column)).sum::<f64>();
    let total = |columns: fn(&CallTrack) -> std::ops::Range<usize>| {
        tracks.clone().map(|t| columns(t).map(|column| t.ring.total(column)).sum::<f64>()).sum::<f64>()
    };
    let alike = tracks.clone().filter(|track| track.bounds.values() == bounds.values());
    let mut buckets = vec![0.0; bounds.buckets()];
    for track in alike {
        for (n, count) in buckets.iter_mut().enumerate() {
            *count += track.ring.sum(&window.slots, BUCKETS + n);
        }
    }
    let good: f64 = tracks
        .clone()
        .map(|t| (BUCKETS..t.columns()).map(|c| t.ring.sum(&window.slots, c)).sum::<f64>())
        .sum();
    let (bad, left_out) = (sum(BAD), sum(LEFT_OUT));
    let at = |q| quantile(q, bounds.values(), &buckets);
    CallFigures {
        rate: window.rate(good + bad + left_out),
        error_ratio: (good + bad > 0.0).then(|| bad / (good + bad)),
        p50: at(0.5),
        p95: at(0.95),
        p99: at(0.99),
        in_flight: tracks.clone().filter_map(|track| track.in_flight).reduce(|sum, n| sum + n),
        ended: total(|track| 0..track.columns()),
        failed: total(|_| BAD..BAD + 1),
    }
}

/// The figures of all `tracks` together in each closed slot, the oldest first.
pub(super) fn line<'a>(
    tracks: impl Iterator<Item = &'a CallTrack> + Clone,
    slots: &Slots,
) -> impl Iterator<Item = CallFigures> {
    let one = |(slot, lasted): (usize, Duration)| {
        let window = Window { slots: vec![slot], seconds: lasted.as_secs_f64() };
        figures(tracks.clone(), &window)
    };
    slots.closed().map(one).collect::<Vec<_>>().into_iter()
}
