//! The interned scopes: found without a lock, dropped when nothing has used them for a while.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use hashbrown::{Equivalent, HashMap};

use super::scope::{Lane, Shared};
use super::{CameraId, TenantId};
use crate::registry::SLOTS;

const SHARDS: usize = 16;

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Key {
    tenant: Option<TenantId>,
    camera: Option<CameraId>,
}

#[derive(PartialEq, Eq)]
struct Borrowed<'a> {
    tenant: Option<&'a str>,
    camera: Option<&'a str>,
}

impl Hash for Borrowed<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.tenant.hash(state);
        self.camera.hash(state);
    }
}

impl Key {
    fn borrowed(&self) -> Borrowed<'_> {
        Borrowed {
            tenant: self.tenant.as_ref().map(TenantId::as_str),
            camera: self.camera.as_ref().map(CameraId::as_str),
        }
    }
}

impl Equivalent<Key> for Borrowed<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        *self == key.borrowed()
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

type Map = HashMap<Key, Arc<Entry>>;

#[derive(Debug)]
pub(crate) struct Table {
    hasher: RandomState,
    shards: [ArcSwap<Map>; SHARDS],
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

    fn shard(&self, key: &Borrowed<'_>) -> &ArcSwap<Map> {
        &self.shards[self.hasher.hash_one(key) as usize % SHARDS]
    }

    /// The interned scope's lane for this thread.
    #[inline]
    pub(crate) fn find(&self, tenant: Option<&str>, camera: Option<&str>) -> Option<Arc<Lane>> {
        let key = Borrowed { tenant, camera };
        Some(self.shard(&key).load().get(&key)?.lane())
    }

    /// Interns `shared`, unless another thread was faster.
    pub(crate) fn insert(&self, shared: Arc<Shared>, now: Duration) -> Arc<Lane> {
        let key = Key { tenant: shared.tenant.clone(), camera: shared.camera.clone() };
        let _one = self.write.lock().unwrap_or_else(PoisonError::into_inner);
        let shard = self.shard(&key.borrowed());
        let before = shard.load_full();
        if let Some(found) = before.get(&key) {
            return found.lane();
        }
        let entry = Arc::new(Entry::new(shared, now));
        let lane = entry.lane();
        let mut after = Map::clone(&before);
        after.insert(key, entry);
        shard.store(Arc::new(after));
        lane
    }

    /// Drops scopes that nobody holds and whose counters have not moved for `after`.
    pub(crate) fn sweep(&self, now: Duration, after: Duration) {
        let _one = self.write.lock().unwrap_or_else(PoisonError::into_inner);
        for shard in &self.shards {
            let before = shard.load_full();
            let idle: Vec<_> =
                before.iter().filter(|(_, e)| e.is_idle(now, after)).map(|(key, _)| key).collect();
            if idle.is_empty() {
                continue;
            }
            let mut rest = Map::clone(&before);
            for key in idle {
                rest.remove(key);
            }
            shard.store(Arc::new(rest));
        }
    }

    /// Lets every scope go that nobody holds.
    pub(crate) fn clear(&self) {
        let _one = self.write.lock().unwrap_or_else(PoisonError::into_inner);
        self.shards.iter().for_each(|shard| shard.store(Arc::default()));
    }
}
