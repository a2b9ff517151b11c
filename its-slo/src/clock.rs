//! Where the time comes from.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Time that passes, and the time of day.
///
/// Trackers tick by the first and align themselves to the second, so that their slots begin when Prometheus evaluates.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Time since some fixed point; never goes back.
    fn monotonic(&self) -> Duration;

    /// The time of day, which somebody may change.
    fn wall(&self) -> SystemTime;
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SystemClock {
    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// A clock that stands still until it is advanced, for tests. Clones show the same time.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
/// use its_slo::{Clock, ManualClock};
///
/// let clock = ManualClock::new(UNIX_EPOCH);
/// clock.advance(Duration::from_secs(5));
/// assert_eq!(clock.wall(), UNIX_EPOCH + Duration::from_secs(5));
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<Mutex<(Duration, SystemTime)>>);

impl ManualClock {
    /// A clock that shows `wall`.
    pub fn new(wall: SystemTime) -> Self {
        Self(Arc::new(Mutex::new((Duration::ZERO, wall))))
    }

    /// Lets `time` pass.
    pub fn advance(&self, time: Duration) {
        self.change(|(monotonic, wall)| {
            *monotonic += time;
            *wall += time;
        });
    }

    /// Changes the time of day, and lets no time pass.
    pub fn set_wall(&self, wall: SystemTime) {
        self.change(|now| now.1 = wall);
    }

    fn change<T>(&self, change: impl FnOnce(&mut (Duration, SystemTime)) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Clock for ManualClock {
    fn monotonic(&self) -> Duration {
        self.change(|now| now.0)
    }

    fn wall(&self) -> SystemTime {
        self.change(|now| now.1)
    }
}

/// Time since the Unix epoch; zero before it.
pub(crate) fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}
