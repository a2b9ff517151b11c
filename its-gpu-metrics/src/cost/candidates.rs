//! Who would like to have a place.

use hashbrown::HashMap;

use super::dimension::{Key, Name};

/// Names without a place that have used most lately. The least of them gives way to a new one.
#[derive(Debug)]
pub(super) struct Candidates {
    limit: usize,
    recent: HashMap<Key, f64>,
}

impl Candidates {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, recent: HashMap::new() }
    }

    pub(super) fn note(&mut self, name: Name<'_>, seconds: f64) {
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

    /// The one that has used most, if that is more than `than`.
    pub(super) fn take_most(&mut self, than: f64) -> Option<(Key, f64)> {
        let (key, recent) = self.recent.iter().max_by(|a, b| a.1.total_cmp(b.1))?;
        let found = (*recent > than).then(|| (key.clone(), *recent))?;
        self.recent.remove(&found.0);
        Some(found)
    }
}
