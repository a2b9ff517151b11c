//! A tracker on a clock that the test turns.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use its_slo::{ManualClock, Slo, Slos, SlosBuilder, Tracker};

/// 2026-11-02 00:00 UTC, a Monday.
pub(crate) const START: u64 = 1_793_577_600;

pub(crate) const fn minutes(n: u64) -> Duration {
    Duration::from_secs(60 * n)
}

pub(crate) const fn hours(n: u64) -> Duration {
    Duration::from_secs(3_600 * n)
}

pub(crate) const fn days(n: u64) -> Duration {
    Duration::from_secs(86_400 * n)
}

pub(crate) fn start() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(START)
}

pub(crate) fn short_or_full(short: u32, full: u32) -> u32 {
    if std::env::var_os("ITS_TEST_FULL").is_some() { full } else { short }
}

/// One objective, its tracker, and the time.
pub(crate) struct Bench {
    pub(crate) clock: ManualClock,
    pub(crate) slos: Slos,
    pub(crate) tracker: Arc<Tracker>,
}

impl Bench {
    pub(crate) fn new(slo: Slo) -> Self {
        Self::with(slo, |builder| builder)
    }

    pub(crate) fn with(slo: Slo, more: impl FnOnce(SlosBuilder) -> SlosBuilder) -> Self {
        Self::at(start(), slo, more)
    }

    pub(crate) fn at(start: SystemTime, slo: Slo, more: impl FnOnce(SlosBuilder) -> SlosBuilder) -> Self {
        let clock = ManualClock::new(start);
        let name = slo.name().to_owned();
        let slos = more(Slos::builder().clock(clock.clone()).slo(slo)).build().expect("objectives");
        let tracker = slos.tracker(&name, None).expect("tracker");
        Self { clock, slos, tracker }
    }

    /// Lets `time` pass, ticking each five seconds.
    pub(crate) fn pass(&self, time: Duration) {
        self.pass_with(time, |_| {});
    }

    /// The same, and `each` happens before each tick.
    pub(crate) fn pass_with(&self, time: Duration, mut each: impl FnMut(&Tracker)) {
        for _ in 0..time.as_secs() / 5 {
            each(&self.tracker);
            self.clock.advance(Duration::from_secs(5));
            self.slos.tick();
        }
    }

    /// So many good and bad events, now.
    pub(crate) fn count(&self, good: u64, bad: u64) {
        self.tracker.record_items(good);
        (0..bad).for_each(|_| self.tracker.record(false));
    }
}

pub(crate) fn close(a: Option<f64>, b: f64) -> bool {
    a.is_some_and(|a| (a - b).abs() < 1e-9)
}
