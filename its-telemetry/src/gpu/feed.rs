//! Calls of models, as work of the GPUs.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use its_gpu_metrics::cost::{Ledger, Work};

use super::Gpus;
use crate::instruments::call::CallLabels;
use crate::observe::{Kind, TOTAL};
use crate::scope::Shared;

/// The stage in which a GPU works.
const INFER: &str = "infer";

/// Who used the GPUs.
#[derive(Debug)]
pub(super) struct Attribution {
    pub(super) ledger: Arc<Ledger>,
    /// Models, and whether their stage `infer` has been measured.
    staged: Mutex<HashMap<Box<str>, Arc<AtomicBool>>>,
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
    pub(super) fn new(ledger: Ledger) -> Self {
        Self { ledger: Arc::new(ledger), staged: Mutex::default() }
    }
}

impl Feed {
    /// The feed of these calls; none when nobody wants to know.
    pub(crate) fn of(gpus: Option<&Arc<Gpus>>, labels: CallLabels<'_>) -> Option<Self> {
        let attribution = gpus?.attribution.as_ref()?;
        let is_infer = labels.stage == INFER;
        if labels.kind != Kind::Inference || !(is_infer || labels.stage == TOTAL) {
            return None;
        }
        let mut staged = attribution.staged.lock().unwrap_or_else(PoisonError::into_inner);
        let is_staged = Arc::clone(staged.entry(labels.model.into()).or_default());
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
