//! Who would like to have a place.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashMap;

use super::dimension::{Key, Name};

/// One call in so many is noted, and counts for all of them.
const EVERY: u32 = 8;

/// The most that are kept: to find the least of them takes a look at each.
const MOST: usize = 256;

/// Names without a place, sampled.
#[derive(Debug)]
pub(super) struct Waiting {
    calls: AtomicU32,
    candidates: Mutex<Candidates>,
}

impl Waiting {
    pub(super) fn new(limit: usize) -> Self {
        Self { calls: AtomicU32::new(0), candidates: Mutex::new(Candidates::new(limit.min(MOST))) }
    }

    /// A call of one of them ended.
    pub(super) fn note(&self, name: Name<'_>, seconds: f64) {
        // Multiples of the golden ratio: spread evenly also over calls that come in turn.
        let call = self.calls.fetch_add(1, Relaxed);
        if call.wrapping_mul(0x9E37_79B9) >= u32::MAX / EVERY {
            return;
        }
        // Somebody else is noting something; this one is noted another time.
        if let Ok(mut candidates) = self.candidates.try_lock() {
            candidates.note(name, seconds * f64::from(EVERY));
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Candidates> {
        self.candidates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names without a place that have used most lately. The least of them gives way to a new one.
#[derive(Debug)]
pub(super) struct Candidates {
    limit: usize,
    recent: HashMap<Key, f64>,
}

impl Candidates {
    fn new(limit: usize) -> Self {
        Self { limit, recent: HashMap::new() }
    }

    fn note(&mut self, name: Name<'_>, seconds: f64) {
        if let Some(recent) = self.recent.get_mut(&name) {
            *recent += seconds;
            return;
        }
        if self.recent.len() >= self.limit {
            let least = self.recent.iter().min_by(|a, b| a.1.total_cmp(b.1)).map(|(key, _)| key.clone());
            least.and_then(|key| self.recent.remove(&key));
        }
        // It begins with what it has used, not with what the least one had: else many small ones would add up.
        self.recent.insert(name.to_key(), seconds);
    }

    pub(super) fn fade(&mut self, factor: f64) {
        self.recent.values_mut().for_each(|recent| *recent *= factor);
        self.recent.retain(|_, recent| *recent > 1e-6);
    }

    /// The one of those who may that has used most, if that is more than `than`.
    pub(super) fn take_most(&mut self, than: f64, may: impl Fn(&Key) -> bool) -> Option<(Key, f64)> {
        let all = self.recent.iter().filter(|(key, _)| may(key));
        let (key, recent) = all.max_by(|a, b| a.1.total_cmp(b.1))?;
        let found = (*recent > than).then(|| (key.clone(), *recent))?;
        self.recent.remove(&found.0);
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_call_in_turn_are_all_noted_for_what_they_use() {
        let waiting = Waiting::new(100);
        let names: Vec<_> = (0..EVERY).map(|n| n.to_string()).collect();
        (0..1_000).for_each(|_| names.iter().for_each(|name| waiting.note(Name("", name), 1.0)));
        let candidates = waiting.lock();
        assert_eq!(candidates.recent.len(), names.len());
        for (name, seconds) in &candidates.recent {
            assert!((900.0..1_100.0).contains(seconds), "{name:?}: {seconds} of 1,000");
        }
    }
}
