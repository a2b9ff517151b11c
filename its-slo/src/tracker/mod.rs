//! Counting, and remembering what was counted.

mod counters;
mod counts;
mod history;
mod level;
mod saved;
mod shard;
mod slices;
mod snapshot;
mod state;
mod summary;
mod timeline;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use counters::Counters;
pub use counts::{Counts, WindowCounts};
use history::History;
pub(crate) use level::TICK;
#[cfg(feature = "rules")]
pub(crate) use level::slot_of;
pub(crate) use saved::SavedTracker;
pub use slices::GapPolicy;
use slices::Slices;
pub use snapshot::{Snapshot, WindowSnapshot};
pub use state::State;
use summary::Summary;
pub(crate) use timeline::Timeline;

use crate::alert::{Alert, Alerts};
use crate::clock::since_epoch;
use crate::objective::{Indicator, Slo, Window};

/// The windows that are shown: 5 and 30 minutes, 1, 2 and 6 hours, 1, 3 and 30 days.
pub const WINDOWS: [(&str, Duration); 8] = [
    ("5m", Duration::from_secs(300)),
    ("30m", Duration::from_secs(1_800)),
    ("1h", Duration::from_secs(3_600)),
    ("2h", Duration::from_secs(7_200)),
    ("6h", Duration::from_secs(21_600)),
    ("1d", Duration::from_secs(86_400)),
    ("3d", Duration::from_secs(259_200)),
    ("30d", Duration::from_secs(2_592_000)),
];

/// The pace at which a budget is said to be used up is that of the last hour.
const PACE: f64 = 3_600.0;

/// The budget of one objective, or of one tenant of it.
///
/// Recording is one relaxed atomic add: no lock, no allocation, no clock. Everything else takes a short lock that
/// recording does not know.
#[derive(Debug)]
pub struct Tracker {
    slo: Arc<Slo>,
    tenant: Option<Box<str>>,
    /// The longest good duration, in nanoseconds.
    threshold: u64,
    events: Counters,
    timeline: Arc<Timeline>,
    gaps: GapPolicy,
    past: Mutex<Past>,
    last: Summary,
}

/// What only ticks and readers touch.
#[derive(Debug)]
struct Past {
    history: History,
    slices: Option<Slices>,
    /// What was counted before this process.
    restored: Counts,
    alerts: Alerts,
}

impl Tracker {
    /// The memory of a tracker is less than this, in bytes.
    pub const BYTES: usize = 48 * 1024;

    pub(crate) fn new(slo: Arc<Slo>, tenant: Option<&str>, timeline: Arc<Timeline>, gaps: GapPolicy) -> Self {
        let threshold = match slo.indicator() {
            Indicator::Latency { threshold: most } | Indicator::Freshness { max_age: most } => nanos(*most),
            _ => u64::MAX,
        };
        let now = timeline.now();
        let past = Past {
            history: History::new(now),
            slices: Slices::of(&slo, now),
            restored: Counts::default(),
            alerts: Alerts::of(&slo),
        };
        Self {
            slo,
            tenant: tenant.map(Into::into),
            threshold,
            events: Counters::new(),
            timeline,
            gaps,
            past: Mutex::new(past),
            last: Summary::default(),
        }
    }

    /// Counts one event.
    #[inline]
    pub fn record(&self, good: bool) {
        self.events.add(shard::current(), good, 1);
    }

    /// Counts a call that took so long: good at the threshold of [`Slo::latency`] and below it. With an indicator that
    /// has no threshold it is good.
    #[inline]
    pub fn record_latency(&self, took: Duration) {
        self.record_nanos(nanos(took));
    }

    /// Counts a call that took so many nanoseconds.
    #[inline]
    pub fn record_nanos(&self, nanos: u64) {
        self.record(nanos <= self.threshold);
    }

    /// Counts a frame, or other data, that was so old: good at the age of [`Slo::freshness`] and below it.
    #[inline]
    pub fn record_age(&self, age: Duration) {
        self.record_latency(age);
    }

    /// Counts `n` good events, for example the frames of [`Slo::throughput`].
    #[inline]
    pub fn record_items(&self, n: u64) {
        self.events.add(shard::current(), true, n);
    }

    /// The objective.
    pub fn slo(&self) -> &Slo {
        &self.slo
    }

    /// Whose budget it is; `None` when the objective has one for all.
    pub fn tenant(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    /// Events counted by this process. They start at zero and never decrease.
    pub fn events(&self) -> Counts {
        self.events.read()
    }

    /// Time slices judged by this process, for an objective that counts slices. They never decrease.
    pub fn slices(&self) -> Option<Counts> {
        self.past().slices.as_ref().map(|slices| slices.over)
    }

    /// Events within the last `window`, or slices; at most 31 days.
    pub fn window(&self, window: Duration) -> WindowCounts {
        self.read(|past, now, counts| past.history.window(window.as_secs_f64(), now, counts))
    }

    /// Bad ones among all within the last `window`, as a ratio; `None` when nothing happened.
    pub fn error_ratio(&self, window: Duration) -> Option<f64> {
        self.window(window).error_ratio()
    }

    /// How many times faster than planned the budget was spent within the last `window`; `None` when nothing happened.
    pub fn burn_rate(&self, window: Duration) -> Option<f64> {
        self.error_ratio(window).map(|ratio| ratio / self.slo.error_budget())
    }

    /// The share of the budget that is left, as a ratio: 1 when nothing was bad, negative when more was spent than
    /// there is. `None` when nothing was counted within the objective's window.
    pub fn budget_remaining(&self) -> Option<f64> {
        self.read(|past, now, counts| self.remaining(past, now, counts))
    }

    /// How long the budget lasts at the pace of the last hour. Zero when it is exhausted, `None` when it is not being
    /// spent.
    pub fn time_to_exhaustion(&self) -> Option<Duration> {
        self.read(|past, now, counts| self.exhaustion(past, now, counts))
    }

    /// Of the objective's window, how much was seen: less after a start without a checkpoint, and less the gaps.
    pub fn history(&self) -> Duration {
        self.read(|past, now, _| self.seen(past, now))
    }

    /// How it is doing.
    pub fn state(&self) -> State {
        self.read(|past, now, counts| self.state_now(past, now, counts))
    }

    /// State, budget left (1 without events) and burn rate of the last hour (0 without events) as of the last tick: three
    /// relaxed loads, for decisions that are made at each request.
    pub fn at_last_tick(&self) -> (State, f64, f64) {
        self.last.get()
    }

    /// The burn rate over each of the last `points` steps, oldest first; `None` where nothing happened.
    pub fn burn_rates(&self, step: Duration, points: usize) -> Vec<Option<f64>> {
        self.read(|past, now, counts| {
            let step = step.as_secs_f64();
            (0..points)
                .rev()
                .map(|back| {
                    let to = now - back as f64 * step;
                    let part = past.history.between(to - step, to, now, counts);
                    part.error_ratio().map(|ratio| ratio / self.slo.error_budget())
                })
                .collect()
        })
    }

    /// Remembers the counts, judges slices and evaluates alerts; returns those that began or ended.
    pub(crate) fn tick(&self) -> Vec<Alert> {
        let mut past = self.past();
        let (now, counts) = self.remember(&mut past);
        let Past { history, alerts, .. } = &mut *past;
        let window = |window: Duration| history.window(window.as_secs_f64(), now, counts);
        let changed = alerts.evaluate(&self.slo, self.tenant(), now, window);
        let burn =
            past.history.window(PACE, now, counts).error_ratio().unwrap_or(0.0) / self.slo.error_budget();
        let remaining = self.remaining(&past, now, counts).unwrap_or(1.0);
        self.last.set(self.state_now(&past, now, counts), remaining, burn);
        changed
    }

    /// Remembers the counts and judges slices.
    fn remember(&self, past: &mut Past) -> (f64, Counts) {
        let now = self.timeline.now();
        let events = self.events.read();
        if let Some(slices) = &mut past.slices {
            slices.tick(now, events, self.gaps);
        }
        let counts = past.counts(events);
        past.history.tick(now, counts);
        if let Window::Calendar(window) = self.slo.window() {
            let period = window.period(UNIX_EPOCH + Duration::from_secs_f64(now));
            past.history.begin_period(since_epoch(period.start).as_secs_f64(), now, counts);
        }
        (now, counts)
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads at the time it is now. What was counted since the last tick counts too.
    fn read<T>(&self, read: impl FnOnce(&Past, f64, Counts) -> T) -> T {
        let past = self.past();
        let now = self.timeline.now();
        let counts = past.counts(self.events.read());
        read(&past, now, counts)
    }

    /// What happened within the objective's window.
    fn of_window(&self, past: &Past, now: f64, counts: Counts) -> WindowCounts {
        match self.slo.window() {
            Window::Rolling(window) => past.history.window(window.as_secs_f64(), now, counts),
            Window::Calendar(_) => past.history.since_period(counts).unwrap_or_default(),
        }
    }

    fn remaining(&self, past: &Past, now: f64, counts: Counts) -> Option<f64> {
        let ratio = self.of_window(past, now, counts).error_ratio()?;
        Some(1.0 - ratio / self.slo.error_budget())
    }

    fn exhaustion(&self, past: &Past, now: f64, counts: Counts) -> Option<Duration> {
        let remaining = self.remaining(past, now, counts)?;
        if remaining <= 0.0 {
            return Some(Duration::ZERO);
        }
        let burn = past.history.window(PACE, now, counts).error_ratio()? / self.slo.error_budget();
        let seconds = self.slo.window().nominal().as_secs_f64() * remaining / burn;
        (burn > 0.0).then(|| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
    }

    fn seen(&self, past: &Past, now: f64) -> Duration {
        let window = match (self.slo.window(), past.history.period) {
            (Window::Calendar(_), Some((begin, _))) => now - begin,
            (window, _) => window.nominal().as_secs_f64(),
        };
        Duration::from_secs_f64(past.history.covered(window, now))
    }

    fn state_now(&self, past: &Past, now: f64, counts: Counts) -> State {
        let all = self.of_window(past, now, counts).total();
        if self.remaining(past, now, counts).is_some_and(|left| left <= 0.0) {
            State::Exhausted
        } else if past.alerts.any_firing() {
            State::Burning
        } else if all <= 0.0 {
            State::NoData
        } else if past.history.window(PACE, now, counts).total() <= 0.0 {
            State::NoTraffic
        } else {
            State::Ok
        }
    }
}

impl Past {
    /// What the budget is counted in, with what was counted before this process.
    fn counts(&self, events: Counts) -> Counts {
        self.restored + self.slices.as_ref().map_or(events, |slices| slices.over)
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
