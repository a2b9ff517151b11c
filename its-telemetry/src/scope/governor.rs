//! How many tenants and cameras get series of their own.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::TenantId;
use super::scope::TenantMetrics;
use crate::registry::Scrapes;

/// Places for the values of one label. A place is free again when its series have been scraped for the last time.
#[derive(Debug)]
pub(crate) struct Places {
    limit: usize,
    taken: Mutex<Taken>,
    refused: AtomicU64,
}

#[derive(Debug, Default)]
struct Taken {
    live: usize,
    /// The first scrape after places were given up, and how many.
    leaving: Vec<(u64, usize)>,
}

impl Places {
    fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self { limit, taken: Mutex::default(), refused: AtomicU64::new(0) })
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(self: &Arc<Self>, scrapes: &Arc<Scrapes>) -> Option<Place> {
        let mut taken = self.taken();
        let leaving: usize = taken.leaving.iter().map(|(_, count)| count).sum();
        if taken.live + leaving >= self.limit {
            return None;
        }
        taken.live += 1;
        Some(Place { places: Arc::clone(self), scrapes: Arc::clone(scrapes) })
    }

    fn retire(&self, seen: u64) {
        self.taken().leaving.retain(|(since, _)| *since > seen);
    }

    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// Places that nobody else can have, those included whose series some scraper has not read to their end.
    #[cfg(feature = "admin")]
    pub(crate) fn in_use(&self) -> usize {
        let taken = self.taken();
        taken.live + taken.leaving.iter().map(|(_, count)| count).sum::<usize>()
    }

    /// Scopes that got no place.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    pub(crate) fn refuse(&self) {
        self.refused.fetch_add(1, Relaxed);
    }
}

/// One taken place.
#[derive(Debug)]
pub(crate) struct Place {
    places: Arc<Places>,
    scrapes: Arc<Scrapes>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let since = self.scrapes.begun() + 1;
        let mut taken = self.places.taken();
        taken.live -= 1;
        match taken.leaving.last_mut() {
            Some((at, count)) if *at == since => *count += 1,
            _ => taken.leaving.push((since, 1)),
        }
    }
}

/// Admits tenants and cameras while there is room.
#[derive(Debug)]
pub(crate) struct Governor {
    pub(crate) tenants: Arc<Places>,
    pub(crate) cameras: Arc<Places>,
    scrapes: Arc<Scrapes>,
    known: Mutex<HashMap<TenantId, Weak<TenantMetrics>>>,
}

impl Governor {
    pub(crate) fn new(tenants: usize, cameras: usize, scrapes: Arc<Scrapes>) -> Self {
        Self {
            tenants: Places::new(tenants),
            cameras: Places::new(cameras),
            scrapes,
            known: Mutex::default(),
        }
    }

    pub(crate) fn admit_camera(&self) -> Option<Place> {
        self.cameras.admit(&self.scrapes)
    }

    /// The metrics of a tenant that has a place; `None` when all places are taken.
    pub(crate) fn tenant(&self, tenant: &TenantId) -> Option<Arc<TenantMetrics>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(tenant).and_then(Weak::upgrade) {
            return Some(found);
        }
        let place = self.tenants.admit(&self.scrapes)?;
        let metrics = Arc::new(TenantMetrics::new(tenant.as_str(), Some(place)));
        known.insert(tenant.clone(), Arc::downgrade(&metrics));
        Some(metrics)
    }

    /// Frees the places whose series every scraper has seen since they were given up.
    pub(crate) fn retire(&self) {
        let seen = self.scrapes.seen_by_all();
        self.tenants.retire(seen);
        self.cameras.retire(seen);
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|_, metrics| metrics.strong_count() > 0);
    }
}
