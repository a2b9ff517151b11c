//! The interned scopes: found without a lock, dropped when nothing has used them for a while.

use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use hashbrown::HashTable;

use super::scope::{Lane, Shared};
use super::{CameraId, TenantId};
use crate::registry::SLOTS;

const SHARDS: usize = 16;

/// What a scope is found by.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Names<'a> {
    tenant: Option<&'a str>,
    camera: Option<&'a str>,
}

impl Hash for Names<'_> {
    /// Bytes that UTF-8 does not have end the names and stand for missing ones: half of what hashing the options costs.
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        for name in [self.tenant, self.camera] {
            match name {
                Some(name) => {
                    state.write(name.as_bytes());
                    state.write_u8(0xff);
                }
                None => state.write_u8(0xfe),
            }
        }
    }
}

/// One interned scope, with a reference count of its own for each thread slot.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) shared: Arc<Shared>,
    lanes: [OnceLock<Arc<Lane>>; SLOTS],
    /// Activity when it was last seen to change, and when that was.
    seen: Mutex<(u64, Duration)>,
}

impl Entry {
    pub(crate) fn new(shared: Arc<Shared>, now: Duration) -> Self {
        Self { shared, lanes: [const { OnceLock::new() }; SLOTS], seen: Mutex::new((0, now)) }
    }

    #[inline]
    fn names(&self) -> Names<'_> {
        Names {
            tenant: self.shared.tenant.as_ref().map(TenantId::as_str),
            camera: self.shared.camera.as_ref().map(CameraId::as_str),
        }
    }

    #[inline]
    pub(crate) fn lane(&self) -> Arc<Lane> {
        let slot = crate::registry::current_slot();
        Arc::clone(self.lanes[slot].get_or_init(|| {
            let lane = Arc::new(Lane { shared: Arc::clone(&self.shared), slot: Some(slot) });
            self.shared.lanes[slot].get_or_init(|| Arc::downgrade(&lane));
            lane
        }))
    }

    fn is_idle(&self, now: Duration, after: Duration) -> bool {
        let lanes = || self.lanes.iter().filter_map(OnceLock::get);
        let held = lanes().any(|lane| Arc::strong_count(lane) > 1);
        let held = held || Arc::strong_count(&self.shared) > 1 + lanes().count();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let activity = self.shared.activity();
        if held || activity != seen.0 {
            *seen = (activity, now);
        }
        now.saturating_sub(seen.1) >= after
    }
}

type Shard = HashTable<Arc<Entry>>;

#[derive(Debug)]
pub(crate) struct Table {
    /// Keyed at random: nobody can choose names that all fall into one place.
    hasher: RandomState,
    shards: [ArcSwap<Shard>; SHARDS],
    write: Mutex<()>,
}

impl Table {
    pub(crate) fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| ArcSwap::default()),
            write: Mutex::new(()),
        }
    }

    /// The shard is chosen by bits that its table does not look at.
    #[inline]
    fn shard(&self, hash: u64) -> &ArcSwap<Shard> {
        &self.shards[(hash >> 48) as usize % SHARDS]
    }

    /// The interned scope's lane for this thread.
    #[inline]
    pub(crate) fn find(&self, tenant: Option<&str>, camera: Option<&str>) -> Option<Arc<Lane>> {
        let names = Names { tenant, camera };
        let hash = self.hasher.hash_one(names);
        Some(self.shard(hash).load().find(hash, |entry| entry.names() == names)?.lane())
    }

    /// Interns `shared`, unless another thread was faster.
    pub(crate) fn insert(&self, shared: Arc<Shared>, now: Duration) -> Arc<Lane> {
        let entry = Arc::new(Entry::new(shared, now));
        let hash = self.hasher.hash_one(entry.names());
        let _one = self.write.lock().unwrap_or_else(PoisonError::into_inner);
        let shard = self.shard(hash);
        let before = shard.load_full();
        if let Some(found) = before.find(hash, |other| other.names() == entry.names()) {
            return found.lane();
        }
        let lane = entry.lane();
        let mut after = Shard::clone(&before);
        after.insert_unique(hash, entry, |entry| self.hasher.hash_one(entry.names()));
        shard.store(Arc::new(after));
        lane
    }

    /// Drops scopes that nobody holds and whose counters have not moved for `after`.
    pub(crate) fn sweep(&self, now: Duration, after: Duration) {
        let _one = self.write.lock().unwrap_or_else(PoisonError::into_inner);
        for shard in &self.shards {
            let before = shard.load_full();
            if !before.iter().any(|entry| entry.is_idle(now, after)) {
                continue;
            }
            let mut rest = Shard::clone(&before);
            rest.retain(|entry| !entry.is_idle(now, after));
            shard.store(Arc::new(rest));
        }
    }

    /// Lets every scope go that nobody holds.
    pub(crate) fn clear(&self) {
        let _one = self.write.lock().unwrap_or_else(PoisonError::into_inner);
        self.shards.iter().for_each(|shard| shard.store(Arc::default()));
    }
}
