//! What each followed series was when it was last read.

use std::sync::{Arc, Weak};

use hashbrown::HashMap;

use super::cameras::Count;
use super::source::Class;
use crate::registry::Series;

/// The series that were read before. They are held weakly: to follow a series must not keep it from ending.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By address, which no other series can have while a weak reference exists.
    series: HashMap<usize, Entry>,
}

#[derive(Debug)]
struct Entry {
    series: Weak<Series>,
    seen: Seen,
}

/// Whose series it is, what it counts there, and what was read last.
#[derive(Debug)]
pub(super) struct Seen {
    /// Number of the track that the series belongs to.
    pub(super) track: u64,
    pub(super) role: Role,
    pub(super) number: f64,
    pub(super) buckets: Vec<u64>,
}

/// What a series counts for its track.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role {
    Duration(Class),
    InFlight,
    Counter(Count),
    LastFrame,
    Up,
    /// Nothing: it is neither good nor bad.
    Nothing,
}

impl Seen {
    pub(super) fn new(track: u64, role: Role) -> Self {
        Self { track, role, number: 0.0, buckets: Vec::new() }
    }
}

impl Known {
    pub(super) fn find(&mut self, series: &Arc<Series>) -> Option<&mut Seen> {
        self.series.get_mut(&(Arc::as_ptr(series) as usize)).map(|entry| &mut entry.seen)
    }

    pub(super) fn insert(&mut self, series: &Arc<Series>, seen: Seen) -> &mut Seen {
        let entry = Entry { series: Arc::downgrade(series), seen };
        let address = Arc::as_ptr(series) as usize;
        &mut self.series.entry(address).insert(entry).into_mut().seen
    }

    /// Forgets series that have ended.
    pub(super) fn forget_ended(&mut self) {
        self.series.retain(|_, entry| entry.series.strong_count() > 0);
    }
}
