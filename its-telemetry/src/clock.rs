//! The clock of a telemetry: the processor's counter, or one that a test turns.

use std::time::Duration;

/// Reads the time twice for each call, so it is read raw and scaled once.
#[derive(Clone, Debug)]
pub(crate) struct Clock(quanta::Clock);

/// A point in time of this clock, not scaled yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw(u64);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(quanta::Clock::new())
    }

    #[cfg(feature = "testing")]
    pub(crate) fn mock() -> (Self, std::sync::Arc<quanta::Mock>) {
        let (clock, mock) = quanta::Clock::mock();
        (Self(clock), mock)
    }

    #[inline]
    pub(crate) fn raw(&self) -> Raw {
        Raw(self.0.raw())
    }

    /// Nanoseconds since `start`.
    #[inline]
    pub(crate) fn nanos_since(&self, start: Raw) -> u64 {
        self.0.delta_as_nanos(start.0, self.0.raw())
    }

    /// Time since the clock's own zero.
    pub(crate) fn now(&self) -> Duration {
        Duration::from_nanos(self.0.delta_as_nanos(0, self.0.raw()))
    }
}
