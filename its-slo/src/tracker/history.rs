//! What the counters were, for a month: a ring for each resolution, read with interpolation.

use super::counts::{Counts, WindowCounts};
use super::level::{LEVELS, Level};

/// Gaps that are remembered.
const GAPS: usize = 32;

/// A time without a tick that is longer than this is a gap, in seconds.
pub(crate) const GAP: f64 = 60.0;

/// Times are seconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct History {
    /// When the first event could be counted; what was counted then.
    pub(super) begin: f64,
    pub(super) base: Counts,
    pub(super) levels: [Level; LEVELS.len()],
    /// The last tick, and what was counted then.
    pub(super) seen: f64,
    pub(super) latest: Counts,
    /// When nobody counted, oldest first.
    pub(super) gaps: Vec<(f64, f64)>,
    /// Where the calendar's period began, and what was counted then.
    pub(super) period: Option<(f64, Counts)>,
}

impl History {
    pub(crate) fn new(now: f64) -> Self {
        Self {
            begin: now,
            base: Counts::default(),
            levels: LEVELS.map(Level::new),
            seen: now,
            latest: Counts::default(),
            gaps: Vec::new(),
            period: None,
        }
    }

    /// Writes the slots that have begun since the last tick. Between two ticks the counters are taken to have moved
    /// evenly, so that a late tick or a missed one shifts nothing by more than its delay.
    pub(crate) fn tick(&mut self, now: f64, counts: Counts) {
        if now <= self.seen {
            return;
        }
        let (seen, latest) = (self.seen, self.latest);
        for level in &mut self.levels {
            let slot = level.slot() as f64;
            for number in level.due(seen, now) {
                let share = (number as f64 * slot - seen) / (now - seen);
                level.write(number, latest.towards(counts, share.clamp(0.0, 1.0)));
            }
        }
        if now - seen > GAP {
            self.add_gap(seen, now);
        }
        (self.seen, self.latest) = (now, counts);
    }

    fn add_gap(&mut self, from: f64, to: f64) {
        if self.gaps.len() == GAPS {
            self.gaps.remove(0);
        }
        self.gaps.push((from, to));
    }

    /// A calendar period begins; `counts` at this moment, or at the last tick before it.
    pub(crate) fn begin_period(&mut self, begin: f64, now: f64, counts: Counts) {
        if self.period.is_some_and(|(began, _)| began >= begin) {
            return;
        }
        let (good, bad) = self.at(begin, now, counts);
        self.period = Some((begin, Counts { good: good.round() as u64, bad: bad.round() as u64 }));
    }

    /// What happened since the calendar's period began.
    pub(crate) fn since_period(&self, counts: Counts) -> Option<WindowCounts> {
        let since = counts - self.period?.1;
        Some(WindowCounts { good: since.good as f64, bad: since.bad as f64 })
    }

    /// What happened in the last `window` seconds.
    pub(crate) fn window(&self, window: f64, now: f64, counts: Counts) -> WindowCounts {
        self.between(now - window, now, now, counts)
    }

    /// What happened between two times.
    pub(crate) fn between(&self, from: f64, to: f64, now: f64, counts: Counts) -> WindowCounts {
        let (end, begin) = (self.at(to, now, counts), self.at(from, now, counts));
        WindowCounts { good: (end.0 - begin.0).max(0.0), bad: (end.1 - begin.1).max(0.0) }
    }

    /// Seconds of the last `window` in which events were counted.
    pub(crate) fn covered(&self, window: f64, now: f64) -> f64 {
        let from = (now - window).max(self.begin);
        let gaps: f64 = self.gaps.iter().map(|(a, b)| (b.min(now) - a.max(from)).max(0.0)).sum();
        (now - from - gaps).max(0.0)
    }

    /// What the counters were at `time`, good and bad: between the two nearest times at which they are known.
    fn at(&self, time: f64, now: f64, counts: Counts) -> (f64, f64) {
        let exact = |counts: Counts| (counts.good as f64, counts.bad as f64);
        if time >= now {
            return exact(counts);
        }
        if time <= self.begin {
            return exact(self.base);
        }
        let (mut left, mut right) = ((self.begin, self.base), (now, counts));
        if self.seen <= time {
            left = (self.seen, self.latest);
        } else {
            right = (self.seen, self.latest);
        }
        for level in &self.levels {
            let slot = level.slot() as f64;
            let number = (time / slot).floor() as u64;
            if let Some(counts) = level.at(number)
                && number as f64 * slot > left.0
            {
                left = (number as f64 * slot, counts);
            }
            let next = (number + 1) as f64 * slot;
            if let Some(counts) = level.at(number + 1)
                && next < right.0
            {
                right = (next, counts);
            }
        }
        let share =
            if right.0 > left.0 { ((time - left.0) / (right.0 - left.0)).clamp(0.0, 1.0) } else { 0.0 };
        let part = |a: u64, b: u64| a as f64 + b.saturating_sub(a) as f64 * share;
        (part(left.1.good, right.1.good), part(left.1.bad, right.1.bad))
    }
}

impl History {
    /// Nobody counted between the last tick and now, however short that was.
    pub(crate) fn stop_counting(&mut self, now: f64, counts: Counts) {
        let (seen, gap) = (self.seen, now - self.seen > GAP);
        self.tick(now, counts);
        if now > seen && !gap {
            self.add_gap(seen, now);
        }
    }
}
