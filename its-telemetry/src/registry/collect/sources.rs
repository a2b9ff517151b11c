//! The sources of one telemetry, and one read of all of them.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::family::CollectedFamily;
use super::{Collect, Collected, own};
use crate::core::Core;
use crate::registry::{Bounds, MetricKind, Showing, sample_names};

/// Counters of sources that are remembered; 16 bytes each.
const REMEMBERED: usize = 100_000;

/// The sources, in the order in which they were added.
#[derive(Debug)]
pub(crate) struct Sources {
    sources: Mutex<Vec<Arc<dyn Collect>>>,
    /// Lines that one source may write at one scrape.
    limit: usize,
    hasher: RandomState,
    /// The scrape before the first one that found a counter.
    born: Mutex<HashMap<u64, u64>>,
}

impl Sources {
    pub(crate) fn new(sources: Vec<Arc<dyn Collect>>, limit: usize) -> Self {
        Self { sources: Mutex::new(sources), limit, hasher: RandomState::new(), born: Mutex::default() }
    }

    pub(crate) fn add(&self, source: Arc<dyn Collect>) {
        self.sources().push(source);
    }

    /// Lets go of the sources, which may hold what holds them.
    pub(crate) fn clear(&self) {
        let sources = std::mem::take(&mut *self.sources());
        drop(sources);
    }

    fn sources(&self) -> MutexGuard<'_, Vec<Arc<dyn Collect>>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads every source. The families are ordered by name, and none has a name of the registry's.
    pub(crate) fn collect(&self, core: &Core, showing: &Showing) -> Vec<CollectedFamily> {
        let sources = self.sources().clone();
        let collected: Vec<Collected> = sources.iter().filter_map(|source| self.read(source, core)).collect();
        let mut merged = Merged::default();
        // Ours last, so that what the others lost is in it, but its names first.
        let mut ours = Collected::with_room_for(usize::MAX);
        own::collect(core, &mut ours);
        merged.add(ours, core);
        collected.into_iter().for_each(|collected| merged.add(collected, core));
        let mut families: Vec<_> = merged.families.into_values().collect();
        self.show_new_ones_at_zero(&mut families, showing);
        families
    }

    fn read(&self, source: &Arc<dyn Collect>, core: &Core) -> Option<Collected> {
        let mut collected = Collected::with_room_for(self.limit);
        // Nothing that the panic may have left half-done is used afterwards, and the scrape is not the source's to end.
        if catch_unwind(AssertUnwindSafe(|| source.collect(&mut collected))).is_err() {
            core.dropped.add("metrics", "source_panicked", 1);
            return None;
        }
        collected.dropped.drain(..).for_each(|(reason, count)| core.dropped.add("metrics", reason, count));
        Some(collected)
    }

    /// A counter that first appears after a scraper's first scrape is shown to it at zero, so that `increase()` sees
    /// its start.
    fn show_new_ones_at_zero(&self, families: &mut [CollectedFamily], showing: &Showing) {
        let mut born = self.born.lock().unwrap_or_else(PoisonError::into_inner);
        for CollectedFamily { description, continued, samples } in families {
            if *continued || !matches!(description.kind, MetricKind::Counter | MetricKind::Histogram) {
                continue;
            }
            for (labels, value) in samples {
                let series = self.hasher.hash_one((&description.name, labels));
                let has_room = born.len() < REMEMBERED;
                let born = match born.entry(series) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(place) if has_room => *place.insert(showing.number() - 1),
                    Entry::Vacant(_) => continue,
                };
                if showing.is_first_of(born) {
                    value.set_zero();
                }
            }
        }
    }
}

/// Families of several sources under one roof.
#[derive(Default)]
struct Merged {
    families: BTreeMap<Box<str>, CollectedFamily>,
    sample_names: HashSet<Box<str>>,
}

impl Merged {
    fn add(&mut self, collected: Collected, core: &Core) {
        for (name, family) in collected.families {
            let samples = family.samples.len();
            if samples == 0 {
                continue;
            }
            let (reason, lost) = if let Some(known) = self.families.get_mut(&name) {
                let same = is_same(known, &family);
                if same { ("duplicate_series", known.absorb(family)) } else { ("name_taken", samples) }
            } else if self.is_taken(&family, core) {
                ("name_taken", samples)
            } else {
                self.sample_names.extend(sample_names(&family.description));
                self.families.insert(name, family);
                continue;
            };
            if lost > 0 {
                core.dropped.add("metrics", reason, lost as u64);
            }
        }
    }

    fn is_taken(&self, family: &CollectedFamily, core: &Core) -> bool {
        core.registry.has_names_of(&family.description)
            || sample_names(&family.description).iter().any(|name| self.sample_names.contains(name))
    }
}

impl CollectedFamily {
    /// Takes over the samples whose label sets are new; returns how many were not.
    fn absorb(&mut self, other: Self) -> usize {
        // Counts that may have begun before the process must not be shown as if they had begun with it.
        self.continued |= other.continued;
        let mut twice = 0;
        for (labels, value) in other.samples {
            match self.samples.entry(labels) {
                std::collections::btree_map::Entry::Occupied(_) => twice += 1,
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(value);
                }
            }
        }
        twice
    }
}

fn is_same(a: &CollectedFamily, b: &CollectedFamily) -> bool {
    let (a, b) = (&a.description, &b.description);
    a.kind == b.kind && a.bounds.as_ref().map(Bounds::values) == b.bounds.as_ref().map(Bounds::values)
}
