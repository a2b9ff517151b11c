//! Everything about a tracker at one moment, in plain data.

use std::time::Duration;

use super::{Counts, State, Tracker, WINDOWS, WindowCounts};
use crate::alert::TierStatus;

/// A tracker at one moment.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Snapshot {
    /// Name of the objective.
    pub slo: String,
    /// Whose budget it is.
    pub tenant: Option<String>,
    /// What is promised, as a ratio.
    pub target: f64,
    /// Length of the objective's window, of a calendar window its usual length.
    pub period: Duration,
    /// How it is doing.
    pub state: State,
    /// Events counted by this process.
    pub events: Counts,
    /// Time slices judged by this process, for an objective that counts slices.
    pub slices: Option<Counts>,
    /// The shown windows, shortest first.
    pub windows: Vec<WindowSnapshot>,
    /// The objective's own window.
    pub budget_window: WindowCounts,
    /// The share of the budget that is left; negative when more was spent.
    pub budget_remaining: Option<f64>,
    /// How long it lasts at the pace of the last hour.
    pub time_to_exhaustion: Option<Duration>,
    /// Of the objective's window, how much was seen.
    pub history: Duration,
    /// The alerts, in the order of the objective's tiers.
    pub tiers: Vec<TierStatus>,
}

/// One window at one moment.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct WindowSnapshot {
    /// Its name, such as `5m`.
    pub name: &'static str,
    /// Its length.
    pub window: Duration,
    /// Events, or slices, within it.
    pub counts: WindowCounts,
    /// How many times faster than planned the budget was spent; `None` when nothing happened.
    pub burn_rate: Option<f64>,
}

impl Tracker {
    /// Everything at this moment, read under one lock.
    pub fn snapshot(&self) -> Snapshot {
        self.read(|past, now, counts| Snapshot {
            slo: self.slo.name().into(),
            tenant: self.tenant().map(Into::into),
            target: self.slo.target(),
            period: self.slo.window().nominal(),
            state: self.state_now(past, now, counts),
            events: self.events.read(),
            slices: past.slices.as_ref().map(|slices| slices.over),
            windows: WINDOWS
                .map(|(name, window)| {
                    let counts = past.history.window(window.as_secs_f64(), now, counts);
                    let burn_rate = counts.error_ratio().map(|ratio| ratio / self.slo.error_budget());
                    WindowSnapshot { name, window, counts, burn_rate }
                })
                .into(),
            budget_window: self.of_window(past, now, counts),
            budget_remaining: self.remaining(past, now, counts),
            time_to_exhaustion: self.exhaustion(past, now, counts),
            history: self.seen(past, now),
            tiers: past.alerts.status(),
        })
    }
}
