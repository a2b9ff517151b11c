//! One resolution of the history: what the counters were at each multiple of its slot.

#[cfg(feature = "rules")]
use std::time::Duration;

use super::counts::Counts;

/// Slot in seconds, and slots.
///
/// Ten minutes at five seconds, a day at a minute, three days at ten minutes, a month and a day at an hour.
pub(crate) const LEVELS: [(u64, usize); 4] = [(5, 128), (60, 1_500), (600, 512), (3_600, 768)];

/// The shortest slot, in seconds: how often a tracker ticks.
pub(crate) const TICK: u64 = LEVELS[0].0;

/// The slot in which a window of this length begins.
#[cfg(feature = "rules")]
pub(crate) fn slot_of(window: Duration) -> Duration {
    let holds = |(slot, slots): &&(u64, usize)| window.as_secs() < slot * *slots as u64;
    let (slot, _) = LEVELS.iter().find(holds).unwrap_or(&LEVELS[LEVELS.len() - 1]);
    Duration::from_secs(*slot)
}

/// A ring of cumulative counts. Slots are numbered from the Unix epoch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Level {
    slot: u64,
    ring: Box<[Counts]>,
    /// Number of the newest slot, and how many before it are there.
    newest: Option<u64>,
    len: usize,
}

impl Level {
    pub(crate) fn new((slot, slots): (u64, usize)) -> Self {
        Self { slot, ring: vec![Counts::default(); slots].into(), newest: None, len: 0 }
    }

    /// Seconds between two slots.
    pub(crate) fn slot(&self) -> u64 {
        self.slot
    }

    /// Of the slots after `seen` and not after `now` (in seconds), the numbers that the ring can hold.
    pub(crate) fn due(&self, seen: f64, now: f64) -> std::ops::RangeInclusive<u64> {
        let last = (now / self.slot as f64).floor() as u64;
        let first = (seen / self.slot as f64).floor() as u64 + 1;
        first.max((last + 1).saturating_sub(self.ring.len() as u64))..=last
    }

    /// Writes the next slot; after a gap the ring begins anew.
    pub(crate) fn write(&mut self, number: u64, counts: Counts) {
        if self.newest.is_none_or(|newest| number != newest + 1) {
            self.len = 0;
        }
        self.ring[number as usize % self.ring.len()] = counts;
        self.newest = Some(number);
        self.len = (self.len + 1).min(self.ring.len());
    }

    /// What the counters were at slot `number`.
    pub(crate) fn at(&self, number: u64) -> Option<Counts> {
        let newest = self.newest?;
        let known = number <= newest && newest - number < self.len as u64;
        known.then(|| self.ring[number as usize % self.ring.len()])
    }

    /// The newest slot's number, and the counts from the oldest slot to it.
    pub(crate) fn saved(&self) -> (u64, Vec<Counts>) {
        let newest = self.newest.unwrap_or_default();
        let oldest = (newest + 1).saturating_sub(self.len as u64);
        (newest, (oldest..=newest).filter_map(|number| self.at(number)).collect())
    }
}
