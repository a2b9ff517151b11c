//! A tracker's past, to be written down and taken up again.

use serde::{Deserialize, Serialize};

use super::counts::Counts;
use super::history::History;
use super::level::{LEVELS, Level, TICK};
use super::{GapPolicy, Tracker};
use crate::checkpoint::Refusal;
use crate::objective::DefinitionHash;

/// What a checkpoint keeps of a tracker. Times are seconds since the Unix epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedTracker {
    pub(crate) slo: String,
    pub(crate) tenant: Option<String>,
    pub(crate) definition: DefinitionHash,
    begin: f64,
    base: Counts,
    seen: f64,
    latest: Counts,
    gaps: Vec<(f64, f64)>,
    period: Option<(f64, Counts)>,
    levels: Vec<SavedLevel>,
    /// Names of the tiers that fire.
    firing: Vec<String>,
}

/// Slots, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SavedLevel {
    slot: u64,
    newest: u64,
    /// The first slot's counts, then what each further one adds.
    added: Vec<Counts>,
}

impl SavedLevel {
    fn of(level: &Level) -> Self {
        let (newest, counts) = level.saved();
        let mut before = Counts::default();
        let added =
            counts.into_iter().map(|counts| counts - std::mem::replace(&mut before, counts)).collect();
        Self { slot: level.slot(), newest, added }
    }

    fn restore(&self, layout: (u64, usize)) -> Option<Level> {
        let mut level = Level::new(layout);
        let fits = self.slot == layout.0 && self.added.len() <= layout.1;
        let oldest = (self.newest.checked_add(1)?).checked_sub(self.added.len() as u64)?;
        let mut counts = Counts::default();
        for (number, added) in (oldest..).zip(&self.added) {
            counts = counts + *added;
            level.write(number, counts);
        }
        fits.then_some(level)
    }
}

impl Tracker {
    /// Its past, as of now.
    pub(crate) fn save(&self) -> SavedTracker {
        let mut past = self.past();
        self.remember(&mut past);
        let History { begin, base, levels, seen, latest, gaps, period } = &past.history;
        SavedTracker {
            slo: self.slo.name().into(),
            tenant: self.tenant().map(Into::into),
            definition: self.slo.definition_hash(),
            begin: *begin,
            base: *base,
            seen: *seen,
            latest: *latest,
            gaps: gaps.clone(),
            period: *period,
            levels: levels.iter().map(SavedLevel::of).collect(),
            firing: past.alerts.firing(),
        }
    }

    /// Takes a past up. `planned` says that the stop was.
    pub(crate) fn restore(&self, saved: &SavedTracker, planned: bool) -> Result<(), Refusal> {
        if saved.definition != self.slo.definition_hash() {
            return Err(Refusal::DefinitionChanged { slo: saved.slo.clone() });
        }
        let now = self.timeline.now();
        if saved.seen > now + TICK as f64 {
            return Err(Refusal::FromTheFuture { seconds: saved.seen - now });
        }
        let mut history = saved.history().ok_or_else(|| Refusal::Inconsistent { slo: saved.slo.clone() })?;
        let mut past = self.past();
        past.restored = history.latest;
        if let (Some(slices), GapPolicy::CountAsBad, false) = (&mut past.slices, self.gaps, planned) {
            let before = slices.over;
            slices.gap(history.seen, now, GapPolicy::CountAsBad);
            // They were bad before this process: in its budget, not in its counters.
            let bad = slices.over - before;
            slices.over = before;
            past.restored = past.restored + bad;
        }
        let counts = past.counts(self.events.read());
        history.stop_counting(now, counts);
        past.history = history;
        past.alerts.restore(&saved.firing);
        Ok(())
    }
}

impl SavedTracker {
    /// The past, when it can be one: times in order, counters that only grow, rings of our sizes.
    fn history(&self) -> Option<History> {
        let times = [self.begin, self.seen];
        let ordered = times.iter().all(|time| time.is_finite() && *time >= 0.0) && self.begin <= self.seen;
        let gaps =
            self.gaps.iter().all(|(a, b)| a.is_finite() && b.is_finite() && a <= b) && self.gaps.len() <= 64;
        let period = self.period.is_none_or(|(begin, _)| begin.is_finite());
        if !(ordered && gaps && period && self.levels.len() == LEVELS.len()) {
            return None;
        }
        let mut history = History::new(self.begin);
        for ((level, saved), layout) in history.levels.iter_mut().zip(&self.levels).zip(LEVELS) {
            *level = saved.restore(layout)?;
            let newest = level.saved().1.last().copied();
            let beyond =
                newest.is_some_and(|newest| newest.good > self.latest.good || newest.bad > self.latest.bad);
            if beyond || saved.newest.checked_mul(saved.slot)? as f64 > self.seen {
                return None;
            }
        }
        history.base = self.base;
        (history.seen, history.latest) = (self.seen, self.latest);
        history.gaps.clone_from(&self.gaps);
        history.period = self.period;
        Some(history)
    }
}
