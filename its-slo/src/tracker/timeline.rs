//! The time of all trackers of a set: it never goes back, and follows the time of day otherwise.

use std::sync::{Arc, Mutex, PoisonError};

use super::level::TICK;
use crate::clock::{Clock, since_epoch};

/// Seconds since the Unix epoch, which only grow.
#[derive(Debug)]
pub(crate) struct Timeline {
    clock: Arc<dyn Clock>,
    last: Mutex<Last>,
}

#[derive(Debug)]
struct Last {
    monotonic: f64,
    now: f64,
    /// How far the time of day lies behind, after it was set back.
    lag: f64,
    steps_back: u64,
}

impl Timeline {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let last = Last {
            monotonic: clock.monotonic().as_secs_f64(),
            now: since_epoch(clock.wall()).as_secs_f64(),
            lag: 0.0,
            steps_back: 0,
        };
        Self { clock, last: Mutex::new(last) }
    }

    /// The time. A clock that was set forward is followed at once: so much time is a gap. One that was set back by
    /// more than a slot is not: time goes on from where it was until the clock has caught up.
    pub(crate) fn now(&self) -> f64 {
        let wall = since_epoch(self.clock.wall()).as_secs_f64();
        let monotonic = self.clock.monotonic().as_secs_f64();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let expected = last.now + (monotonic - last.monotonic).max(0.0);
        let lag = expected - wall;
        if lag > TICK as f64 {
            // Counted where the clock steps, not as long as it lags.
            last.steps_back += u64::from(lag > last.lag + TICK as f64);
            (last.now, last.lag) = (expected, lag);
        } else {
            (last.now, last.lag) = (wall.max(last.now), 0.0);
        }
        last.monotonic = monotonic;
        last.now
    }

    /// How often the time of day went back by more than a slot.
    pub(crate) fn steps_back(&self) -> u64 {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).steps_back
    }
}
