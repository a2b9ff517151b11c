//! A token bucket without a lock: the virtual scheduling form of the generic cell rate algorithm (ITU-T I.371).

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Lets through `burst` at once, then `per_second`.
#[derive(Debug)]
pub(crate) struct RateLimit {
    /// Nanoseconds between two, at the steady rate.
    interval: u64,
    /// How far ahead of the steady rate a burst may be.
    tolerance: u64,
    /// When the next one would come at the steady rate.
    expected: AtomicU64,
}

impl RateLimit {
    pub(crate) fn new(per_second: f64, burst: u32) -> Self {
        let interval = (1e9 / per_second.max(1e-9)) as u64;
        let tolerance = interval.saturating_mul(u64::from(burst.saturating_sub(1)));
        let closed = per_second.is_nan() || per_second <= 0.0 || burst == 0;
        Self { interval: if closed { u64::MAX } else { interval }, tolerance, expected: AtomicU64::new(0) }
    }

    /// Takes one, at the time `now` of a monotonic clock.
    pub(crate) fn allows(&self, now: Duration) -> bool {
        let now = u64::try_from(now.as_nanos()).unwrap_or(u64::MAX);
        let take = |expected: u64| {
            let due = expected.max(now);
            let in_time = self.interval != u64::MAX && due - now <= self.tolerance;
            in_time.then(|| due.saturating_add(self.interval))
        };
        self.expected.fetch_update(Relaxed, Relaxed, take).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let limit = RateLimit::new(10.0, 50);
        let allowed = |millis| (0..1_000).filter(|_| limit.allows(Duration::from_millis(millis))).count();
        assert_eq!(allowed(1_000), 50);
        assert_eq!(allowed(1_000), 0);
        assert_eq!(allowed(1_100), 1);
        assert_eq!(allowed(2_100), 10);
        assert_eq!(allowed(60_000), 50);
    }

    #[test]
    fn nothing_passes_a_closed_one() {
        for limit in [RateLimit::new(0.0, 50), RateLimit::new(10.0, 0), RateLimit::new(f64::NAN, 1)] {
            assert!(!limit.allows(Duration::from_secs(1)));
        }
    }
}
