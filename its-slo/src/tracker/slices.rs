//! Time slices, each good or bad as a whole.

use super::counts::Counts;
use super::history::GAP;
use crate::objective::{Budgeting, Indicator, Slo};

/// What is thought of the slices in which nobody counted: the process was stopped, or its host suspended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GapPolicy {
    /// They are not counted.
    #[default]
    Ignore,
    /// They were bad, unless the stop was planned. Events are never invented: an objective that counts events ignores
    /// gaps.
    CountAsBad,
}

/// The slice that is open, and those that are over.
#[derive(Clone, Debug)]
pub(crate) struct Slices {
    length: f64,
    judge: Judge,
    /// When the open slice began, and what had been counted then; `None` until the first whole slice begins.
    open: Option<(f64, Counts)>,
    /// The last tick.
    seen: (f64, Counts),
    /// Slices that are over.
    pub(super) over: Counts,
}

#[derive(Clone, Copy, Debug)]
enum Judge {
    /// At least so many events.
    AtLeast(f64),
    /// At least this share of good events.
    Share(f64),
    /// Some good event, and no bad one.
    Probe,
}

impl Judge {
    /// Whether the slice was good; `None` when it cannot be said.
    fn verdict(self, events: Counts) -> Option<bool> {
        let all = (events.good + events.bad) as f64;
        match self {
            Self::AtLeast(least) => Some(all >= least),
            _ if all == 0.0 => None,
            // The quotient is what is promised: 999 of 1,000 are 0.999.
            Self::Share(share) => Some(events.good as f64 / all >= share),
            Self::Probe => Some(events.bad == 0),
        }
    }
}

impl Slices {
    pub(crate) fn of(slo: &Slo, now: f64) -> Option<Self> {
        let Budgeting::Timeslices { slice, target } = slo.budgeting() else { return None };
        let length = slice.as_secs_f64();
        let judge = match slo.indicator() {
            Indicator::Throughput { min_per_second } => Judge::AtLeast(min_per_second * length),
            Indicator::Probe => Judge::Probe,
            _ => Judge::Share(*target),
        };
        Some(Self { length, judge, open: None, seen: (now, Counts::default()), over: Counts::default() })
    }

    /// Judges the slices that have ended since the last tick.
    pub(crate) fn tick(&mut self, now: f64, events: Counts, gaps: GapPolicy) {
        let (seen, before) = self.seen;
        if now <= seen {
            return;
        }
        self.seen = (now, events);
        if now - seen > GAP.max(self.length) {
            return self.gap(seen, now, gaps);
        }
        let mut boundary = (seen / self.length).floor() * self.length + self.length;
        while boundary <= now {
            let counted = before.towards(events, (boundary - seen) / (now - seen));
            if let Some((_, opened)) = self.open.replace((boundary, counted)) {
                self.count(self.judge.verdict(counted - opened));
            }
            boundary += self.length;
        }
    }

    /// Nobody counted between two times. The slices it cuts into are not judged.
    pub(crate) fn gap(&mut self, from: f64, to: f64, gaps: GapPolicy) {
        self.open = None;
        self.seen.0 = self.seen.0.max(to);
        if gaps == GapPolicy::CountAsBad {
            let whole = (to / self.length).floor() - (from / self.length).ceil();
            self.over.bad += whole.max(0.0) as u64;
        }
    }

    fn count(&mut self, verdict: Option<bool>) {
        match verdict {
            Some(true) => self.over.good += 1,
            Some(false) => self.over.bad += 1,
            None => {}
        }
    }
}
