//! Calls of models, as work of the GPUs.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use its_gpu_metrics::Snapshot;
use its_gpu_metrics::cost::{Ledger, Work};

use super::Gpus;
use crate::instruments::call::CallLabels;
use crate::observe::{Kind, TOTAL};
use crate::scope::Shared;

/// The stage in which a GPU works.
const INFER: &str = "infer";

/// Time between two snapshots that are settled, at least.
pub(super) const PERIOD: Duration = Duration::from_secs(10);

/// Who used the GPUs.
#[derive(Debug)]
pub(super) struct Attribution {
    pub(super) ledger: Arc<Ledger>,
    /// Whether instrumented calls count.
    calls: bool,
    /// Models, and whether their stage `infer` has been measured. Read without a lock: beyond the telemetry's limit the
    /// feed of a call is looked for at each call.
    staged: ArcSwap<HashMap<Box<str>, Arc<AtomicBool>>>,
    making: Mutex<()>,
    /// When the snapshot was taken that was last settled.
    settled: Mutex<Option<Instant>>,
    /// What models beyond the limit have in common.
    others_staged: Arc<AtomicBool>,
}

/// Where the calls of one kind report to.
#[derive(Debug)]
pub(crate) struct Feed {
    ledger: Arc<Ledger>,
    /// Whether the stage `infer` of the model has been measured: then the whole calls do not count.
    is_staged: Arc<AtomicBool>,
    is_infer: bool,
}

impl Attribution {
    pub(super) fn new(ledger: Ledger, calls: bool) -> Self {
        Self {
            ledger: Arc::new(ledger),
            calls,
            staged: ArcSwap::default(),
            making: Mutex::default(),
            settled: Mutex::default(),
            others_staged: Arc::default(),
        }
    }

    /// Settles what was counted, at most once in [`PERIOD`]: who scrapes often must not cut calls into pieces.
    pub(super) fn settle(&self, snapshot: &Snapshot) {
        let mut last = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| snapshot.taken.saturating_duration_since(last) >= PERIOD);
        if due {
            *last = (!snapshot.gpus.is_empty()).then_some(snapshot.taken);
            self.ledger.reconcile(snapshot);
        }
    }

    /// Whether the stage `infer` of this model has been measured. `limit` models have a flag of their own.
    fn staged(&self, model: &str, limit: usize) -> Arc<AtomicBool> {
        let known = self.staged.load();
        if let Some(known) = known.get(model) {
            return Arc::clone(known);
        }
        if known.len() >= limit {
            return Arc::clone(&self.others_staged);
        }
        drop(known);
        let _one = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let mut after = HashMap::clone(&self.staged.load());
        if after.len() >= limit && !after.contains_key(model) {
            return Arc::clone(&self.others_staged);
        }
        let flag = Arc::clone(after.entry(model.into()).or_default());
        self.staged.store(Arc::new(after));
        flag
    }
}

impl Feed {
    /// The feed of these calls; none when nobody wants to know. `limit`: models that are told apart.
    pub(crate) fn of(gpus: Option<&Arc<Gpus>>, labels: CallLabels<'_>, limit: usize) -> Option<Self> {
        let attribution = gpus?.attribution.as_ref().filter(|attribution| attribution.calls)?;
        let is_infer = labels.stage == INFER;
        if labels.kind != Kind::Inference || !(is_infer || labels.stage == TOTAL) {
            return None;
        }
        let is_staged = attribution.staged(labels.model, limit);
        Some(Self { ledger: Arc::clone(&attribution.ledger), is_staged, is_infer })
    }

    /// A call ended.
    pub(crate) fn record(&self, model: &str, shared: &Shared, nanos: u64) {
        // Asked first, so that the flag stays in every processor's cache.
        let is_staged = self.is_staged.load(Relaxed);
        if self.is_infer && !is_staged {
            self.is_staged.store(true, Relaxed);
        } else if !self.is_infer && is_staged {
            return;
        }
        let mut work = Work::new(model, Duration::from_nanos(nanos));
        if let Some(tenant) = &shared.tenant {
            work = work.tenant(tenant.as_ref());
        }
        if let Some(camera) = &shared.camera {
            work = work.camera(camera.as_ref());
        }
        self.ledger.record(&work);
    }
}

#[cfg(test)]
mod tests {
    use its_gpu_metrics::cost::CostSettings;

    use super::*;

    #[test]
    fn models_beyond_the_limit_have_one_flag() {
        let attribution = Attribution::new(Ledger::new(CostSettings::default()).expect("no prices"), true);
        let flags: Vec<_> = (0..100).map(|n| attribution.staged(&format!("model-{n}"), 2)).collect();
        assert_eq!(attribution.staged.load().len(), 2);
        assert!(flags[2..].iter().all(|flag| Arc::ptr_eq(flag, &attribution.others_staged)));
        assert!(
            Arc::ptr_eq(&flags[1], &attribution.staged("model-1", 2)) && !Arc::ptr_eq(&flags[0], &flags[1])
        );
    }
}
