//! All objectives of a service.

mod builder;
mod failures;
mod subscriber;
mod ticker;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::{Arc, PoisonError, RwLock};

pub use builder::SlosBuilder;
use failures::Failures;
use subscriber::Subscribers;
pub use ticker::Ticker;

use crate::Slo;
use crate::checkpoint::{Checkpoint, Refusal, Restored, Store, decode, encode};
use crate::tracker::{GapPolicy, SavedTracker, Snapshot, Timeline, Tracker};

/// The label `tenant` of those who share a budget because the limit was reached.
pub const OTHER: &str = "_other";

/// The objectives of a service, and a tracker for each, or for each tenant of each. Clones share them.
#[derive(Clone, Debug)]
pub struct Slos(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    objectives: BTreeMap<String, Objective>,
    timeline: Arc<Timeline>,
    gaps: GapPolicy,
    store: Option<Arc<dyn Store>>,
    subscribers: Subscribers,
    restored: Restored,
    failures: Failures,
}

#[derive(Debug)]
struct Objective {
    slo: Arc<Slo>,
    /// By tenant; without grouping there is one, of no name.
    trackers: RwLock<HashMap<Box<str>, Arc<Tracker>>>,
}

impl Slos {
    /// A builder.
    pub fn builder() -> SlosBuilder {
        SlosBuilder::default()
    }

    /// The objectives, ordered by name.
    pub fn objectives(&self) -> impl Iterator<Item = &Slo> {
        self.0.objectives.values().map(|objective| &*objective.slo)
    }

    /// The tracker of an objective, or of a tenant when it has a budget for each. A new tenant gets one until the limit
    /// is reached; whoever comes later, or gives no name, shares the tracker `_other`.
    ///
    /// Looked up once, it is kept by whoever records: the look-up takes a lock.
    pub fn tracker(&self, slo: &str, tenant: Option<&str>) -> Option<Arc<Tracker>> {
        self.0.tracker(slo, tenant)
    }

    /// All trackers, ordered by objective and tenant.
    pub fn trackers(&self) -> Vec<Arc<Tracker>> {
        self.0.objectives.values().flat_map(Objective::all).collect()
    }

    /// All trackers at this moment, ordered by objective and tenant.
    pub fn snapshot(&self) -> Vec<Snapshot> {
        self.trackers().iter().map(|tracker| tracker.snapshot()).collect()
    }

    /// Remembers all counts, judges slices and evaluates alerts. A [`Ticker`] does it every five seconds.
    pub fn tick(&self) {
        for tracker in self.trackers() {
            tracker.tick().iter().for_each(|alert| self.0.subscribers.tell(alert));
        }
    }

    /// Ticks in a thread of its own, on the multiples of five seconds of the time of day, and writes a checkpoint each
    /// minute, until the ticker is stopped or dropped.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(&self) -> io::Result<Ticker> {
        Ticker::start(self.clone())
    }

    /// Writes a checkpoint now; without a store it does nothing.
    ///
    /// # Errors
    /// When the store cannot; the next one is tried all the same.
    pub fn checkpoint(&self) -> io::Result<()> {
        self.write(false)
    }

    /// Writes the last checkpoint, which says that the stop was planned: the time until the next start then counts
    /// as nothing. The store is free for the next process.
    ///
    /// # Errors
    /// When the store cannot.
    pub fn checkpoint_planned_stop(&self) -> io::Result<()> {
        let written = self.write(true);
        if let Some(store) = &self.0.store {
            store.release();
        }
        written
    }

    /// What was taken up at the start.
    pub fn restored(&self) -> &Restored {
        &self.0.restored
    }

    /// Checkpoints that could not be written. The first of each kind in a row is logged.
    pub fn failed_checkpoints(&self) -> u64 {
        self.0.failures.count()
    }

    /// How often the time of day went back by more than a slot.
    pub fn clock_steps_back(&self) -> u64 {
        self.0.timeline.steps_back()
    }

    /// A channel with the alerts that fire now, which changes when they do.
    #[cfg(feature = "tokio")]
    pub fn watch_alerts(&self) -> tokio::sync::watch::Receiver<Vec<crate::alert::Alert>> {
        self.0.subscribers.watch()
    }

    fn write(&self, planned: bool) -> io::Result<()> {
        let Some(store) = &self.0.store else { return Ok(()) };
        // Claimed first: what cannot be written need not be put together.
        let written = store.claim().and_then(|()| {
            let trackers = self.trackers().iter().map(|tracker| tracker.save()).collect();
            store.save(&encode(&Checkpoint { planned, trackers }))
        });
        let is_news = self.0.failures.note(written.as_ref().err().map(io::Error::kind));
        if let Some(error) = written.as_ref().err().filter(|_| is_news) {
            log(error);
        }
        written
    }
}

/// Once for each kind in a row: the others are counted.
#[cfg(feature = "tracing")]
fn log(error: &io::Error) {
    tracing::warn!(%error, "the error budgets were not saved; the next checkpoint tries again");
}

#[cfg(not(feature = "tracing"))]
fn log(_: &io::Error) {}

impl Inner {
    fn tracker(&self, slo: &str, tenant: Option<&str>) -> Option<Arc<Tracker>> {
        let objective = self.objectives.get(slo)?;
        let limit = objective.slo.per_tenant();
        Some(match (limit, tenant) {
            (None, _) => objective.get_or_make("", usize::MAX, self),
            (Some(limit), Some(tenant)) if tenant != OTHER => objective.get_or_make(tenant, limit, self),
            (Some(limit), _) => objective.get_or_make(OTHER, limit, self),
        })
    }

    /// Takes up what the store has.
    fn restore(&mut self) {
        let Some(store) = self.store.clone() else { return };
        // Another error will come again when something is saved.
        let in_use = store.claim().is_err_and(|error| error.kind() == io::ErrorKind::ResourceBusy);
        let mut restored = Restored { in_use, ..Restored::default() };
        let checkpoint =
            store.load().map_err(Refusal::from).and_then(|bytes| bytes.as_deref().map(decode).transpose());
        match checkpoint {
            Ok(Some(Checkpoint { planned, trackers })) => {
                for saved in trackers {
                    match self.restore_one(&saved, planned) {
                        Ok(()) => restored.trackers += 1,
                        Err(refusal) => restored.refused.push(refusal),
                    }
                }
            }
            Ok(None) => {}
            Err(refusal) => restored.refused.push(refusal),
        }
        self.restored = restored;
    }

    fn restore_one(&self, saved: &SavedTracker, planned: bool) -> Result<(), Refusal> {
        let unknown = || Refusal::Unknown { slo: saved.slo.clone() };
        let tracker = self.tracker(&saved.slo, saved.tenant.as_deref()).ok_or_else(unknown)?;
        if tracker.tenant() != saved.tenant.as_deref() {
            return Err(if saved.tenant.is_some() == tracker.tenant().is_some() {
                unknown()
            } else {
                Refusal::DefinitionChanged { slo: saved.slo.clone() }
            });
        }
        tracker.restore(saved, planned)
    }
}

impl Objective {
    fn all(&self) -> Vec<Arc<Tracker>> {
        let mut all: Vec<_> =
            self.trackers.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect();
        all.sort_by(|a, b| a.tenant().cmp(&b.tenant()));
        all
    }

    fn get_or_make(&self, name: &str, limit: usize, set: &Inner) -> Arc<Tracker> {
        if let Some(tracker) = self.trackers.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return Arc::clone(tracker);
        }
        let mut trackers = self.trackers.write().unwrap_or_else(PoisonError::into_inner);
        let own = trackers.keys().filter(|tenant| &***tenant != OTHER).count();
        let name = if own >= limit && !trackers.contains_key(name) { OTHER } else { name };
        let make = || {
            let tenant = self.slo.per_tenant().map(|_| name);
            Arc::new(Tracker::new(Arc::clone(&self.slo), tenant, Arc::clone(&set.timeline), set.gaps))
        };
        Arc::clone(trackers.entry(name.into()).or_insert_with(make))
    }
}
