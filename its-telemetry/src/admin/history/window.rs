//! The slots of time that the rings share.

use std::collections::VecDeque;
use std::time::Duration;

use super::{SLOT, SLOTS};

/// How long each slot lasted, the oldest first; the last one is still open.
#[derive(Debug)]
pub(super) struct Slots {
    /// Number of the open slot, counted from the start.
    number: usize,
    opened: Duration,
    now: Duration,
    closed: VecDeque<Duration>,
}

impl Slots {
    pub(super) fn new(now: Duration) -> Self {
        Self { number: 0, opened: now, now, closed: VecDeque::with_capacity(SLOTS) }
    }

    /// Moves on to `now`; the number of the slot to empty when a new one was opened.
    pub(super) fn advance(&mut self, now: Duration) -> Option<usize> {
        let lasted = now.saturating_sub(self.opened);
        // A tick that comes a little early must not make one slot of two.
        if lasted < SLOT.mul_f64(0.9) {
            self.now = self.now.max(now);
            return None;
        }
        if self.closed.len() == SLOTS - 1 {
            self.closed.pop_front();
        }
        self.closed.push_back(lasted);
        self.number += 1;
        (self.opened, self.now) = (now, now);
        Some(self.open())
    }

    /// The place of the open slot in a ring.
    pub(super) fn open(&self) -> usize {
        self.number % SLOTS
    }

    /// The closed slots, the oldest first: place in a ring, and how long it lasted.
    pub(super) fn closed(&self) -> impl Iterator<Item = (usize, Duration)> + '_ {
        let first = self.number - self.closed.len();
        self.closed.iter().enumerate().map(move |(n, lasted)| ((first + n) % SLOTS, *lasted))
    }

    /// The last `count` closed slots and the open one.
    pub(super) fn last(&self, count: usize) -> Window {
        let skipped = self.closed.len().saturating_sub(count);
        let mut window = Window { slots: vec![self.open()], seconds: 0.0 };
        window.seconds = self.now.saturating_sub(self.opened).as_secs_f64();
        for (slot, lasted) in self.closed().skip(skipped) {
            window.slots.push(slot);
            window.seconds += lasted.as_secs_f64();
        }
        window
    }
}

/// Some slots, and how long they lasted together.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(super) slots: Vec<usize>,
    pub(crate) seconds: f64,
}

impl Window {
    /// A count as a rate; `None` while there was hardly any time to count in.
    pub(super) fn rate(&self, count: f64) -> Option<f64> {
        (self.seconds >= 0.5).then(|| count / self.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn a_window_is_as_long_as_its_slots_were() {
        let mut slots = Slots::new(secs(100));
        assert_eq!(slots.advance(secs(103)), None);
        assert_eq!(slots.last(60).seconds, 3.0);
        assert_eq!(slots.last(60).rate(6.0), Some(2.0));
        // A late tick makes a longer slot, not a wrong rate.
        assert_eq!(slots.advance(secs(109)), Some(1));
        assert_eq!(slots.advance(secs(110)), None);
        assert_eq!(slots.last(60).seconds, 10.0);
        assert_eq!(slots.last(0).seconds, 1.0);
    }

    #[test]
    fn old_slots_are_used_again() {
        let mut slots = Slots::new(secs(0));
        for n in 1..=1_000 {
            assert_eq!(slots.advance(secs(5 * n)), Some(n as usize % SLOTS));
        }
        let window = slots.last(usize::MAX);
        let mut places = window.slots.clone();
        places.sort_unstable();
        assert_eq!(places, (0..SLOTS).collect::<Vec<_>>());
        assert_eq!(window.seconds, 5.0 * (SLOTS - 1) as f64);
    }

    #[test]
    fn a_fresh_window_has_no_rate() {
        assert_eq!(Slots::new(secs(7)).last(60).rate(0.0), None);
    }
}
