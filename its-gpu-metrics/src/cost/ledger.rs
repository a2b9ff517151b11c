//! Takes reports of work, and settles them with each snapshot.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use arc_swap::ArcSwap;

use super::account::{ANY, SLOTS};
use super::dimension::{Dimension, Name};
use super::report::{Amounts, Idle};
use super::settle::{Claim, Counted, settle};
use super::{CostSettings, NONE, OTHER, PriceError, Prices, Report, Work};
use crate::Snapshot;

/// Seconds after which what somebody has used counts half for whether they keep their place.
const HALF_LIFE: f64 = 600.0;

/// Attributes what GPUs do to models, tenants and cameras.
#[derive(Debug)]
pub struct Ledger {
    prices: Option<Prices>,
    models: Dimension,
    tenants: Dimension,
    cameras: Dimension,
    /// UUIDs of the GPUs that have places, in their order.
    places: ArcSwap<Vec<Box<str>>>,
    seen: Mutex<Seen>,
}

/// What the last snapshot said.
#[derive(Debug)]
struct Seen {
    at: Instant,
    gpus: Vec<SeenGpu>,
}

#[derive(Debug)]
struct SeenGpu {
    uuid: Box<str>,
    /// `None` until it has counted something.
    busy: Option<f64>,
    joules: Option<f64>,
    left: Amounts,
}

impl Ledger {
    /// A ledger in which nothing is.
    ///
    /// # Errors
    /// When the price list is wrong.
    pub fn new(settings: CostSettings) -> Result<Self, PriceError> {
        let CostSettings { prices, models, tenants, cameras } = settings;
        prices.iter().try_for_each(Prices::check)?;
        let price = |name: &str| prices.as_ref().map_or(0.0, |prices| prices.gpu_second(name));
        Ok(Self {
            models: Dimension::new(models, price),
            tenants: Dimension::new(tenants, |_| 0.0),
            cameras: Dimension::new(cameras, |_| 0.0),
            places: ArcSwap::default(),
            seen: Mutex::new(Seen { at: Instant::now(), gpus: Vec::new() }),
            prices,
        })
    }

    /// A call ended. For names that are known it takes no lock and allocates nothing.
    pub fn record(&self, work: &Work<'_>) {
        let nanos = u64::try_from(work.busy.as_nanos()).unwrap_or(u64::MAX);
        let seconds = work.busy.as_secs_f64();
        let slot = work.gpu.map_or(ANY, |uuid| self.slot(uuid));
        let price = |model: &str| self.price(model);
        let money = self.models.with(Name("", work.model), seconds, price, |account| {
            // What is folded costs what it costs.
            let folded = *account.name == *OTHER;
            let money = seconds * if folded { self.price(work.model) } else { account.gpu_second };
            account.add(slot, nanos, money);
            money
        });
        let (tenant, camera) = (work.tenant.unwrap_or(NONE), work.camera.unwrap_or(NONE));
        self.tenants.with(Name("", tenant), seconds, |_| 0.0, |account| account.add(slot, nanos, money));
        let owner = work.tenant.unwrap_or_default();
        self.cameras.with(Name(owner, camera), seconds, |_| 0.0, |account| account.add(slot, nanos, money));
    }

    fn slot(&self, uuid: &str) -> usize {
        self.places.load().iter().position(|known| **known == *uuid).map_or(ANY, |place| place + 1)
    }

    fn price(&self, model: &str) -> f64 {
        self.prices.as_ref().map_or(0.0, |prices| prices.gpu_second(model))
    }

    /// Settles what was reported since the last snapshot with what the GPUs counted since then. A snapshot that is no
    /// newer changes nothing. To be called every ten seconds or so, for as long as there is a ledger: what is reported
    /// while no GPU has been seen is discarded then.
    pub fn reconcile(&self, snapshot: &Snapshot) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let has_begun = !seen.gpus.is_empty();
        if has_begun && snapshot.taken <= seen.at {
            return;
        }
        if snapshot.gpus.is_empty() {
            // What was done before there was a GPU, it did not do.
            if !has_begun {
                seen.at = snapshot.taken;
                for dimension in [&self.models, &self.tenants, &self.cameras] {
                    drop(dimension.drain());
                }
            }
            return;
        }
        let elapsed = snapshot.taken.saturating_duration_since(seen.at).as_secs_f64();
        let counted = self.count(&mut seen, snapshot);
        let fade = 0.5_f64.powf(elapsed / HALF_LIFE);
        let joule = self.prices.as_ref().map_or(0.0, Prices::joule);

        let models = self.models.drain();
        let claims = models.all.map(|(seconds, is_fresh)| Claim { seconds, is_fresh });
        let (grants, left) = settle(&counted, &claims, elapsed);
        let (tenants, cameras) = (self.tenants.drain(), self.cameras.drain());
        self.models.settle(models, &grants, joule, fade);
        self.tenants.settle(tenants, &grants, joule, fade);
        self.cameras.settle(cameras, &grants, joule, fade);

        let gpu_second = self.prices.as_ref().map_or(0.0, Prices::idle_gpu_second);
        for (gpu, left) in seen.gpus.iter_mut().zip(left) {
            gpu.left.add(&Amounts {
                gpu_seconds: left.seconds,
                joules: left.joules,
                gpu_cost: left.seconds * gpu_second,
                energy_cost: left.joules * joule,
            });
        }
        self.models.review(seen.at, fade, |model| self.price(model));
        self.tenants.review(seen.at, fade, |_| 0.0);
        self.cameras.review(seen.at, fade, |_| 0.0);
    }

    /// What each GPU counted since the last snapshot, in the order in which they were first seen.
    fn count(&self, seen: &mut Seen, snapshot: &Snapshot) -> Vec<Counted> {
        seen.at = snapshot.taken;
        for gpu in &snapshot.gpus {
            if !seen.gpus.iter().any(|known| *known.uuid == *gpu.info.uuid) {
                let uuid = gpu.info.uuid.as_str().into();
                seen.gpus.push(SeenGpu { uuid, busy: None, joules: None, left: Amounts::default() });
            }
        }
        let places = seen.gpus.iter().take(SLOTS - 1);
        if places.len() != self.places.load().len() {
            self.places.store(std::sync::Arc::new(places.map(|gpu| gpu.uuid.clone()).collect()));
        }
        let mut counted = Vec::with_capacity(seen.gpus.len());
        for (place, known) in seen.gpus.iter_mut().enumerate() {
            let slot = if place + 1 < SLOTS { place + 1 } else { ANY };
            let gpu = snapshot.gpus.iter().find(|gpu| *gpu.info.uuid == *known.uuid);
            let (busy, joules) =
                gpu.map_or((None, None), |gpu| (gpu.totals.busy_seconds, gpu.totals.energy_joules));
            // One that is cut into parts says no longer how busy it is, and its total stands still.
            let tells =
                gpu.and_then(|gpu| gpu.readings.as_ref()).is_none_or(|read| read.utilization.gpu.is_some());
            let busy = busy.map(|now| advance(&mut known.busy, now)).filter(|grown| tells || *grown > 0.0);
            counted.push(Counted {
                slot,
                busy,
                joules: joules.map_or(0.0, |now| advance(&mut known.joules, now)),
            });
        }
        counted
    }

    /// What has been attributed up to the last snapshot.
    pub fn report(&self) -> Report {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = |gpu: &SeenGpu| Idle {
            gpu: gpu.uuid.to_string(),
            amounts: gpu.left,
            counts_seconds: gpu.busy.is_some(),
            counts_energy: gpu.joules.is_some(),
        };
        let (models, ended_models) = self.models.report(false);
        let (tenants, ended_tenants) = self.tenants.report(false);
        let (cameras, ended_cameras) = self.cameras.report(true);
        Report {
            models,
            tenants,
            cameras,
            ended: [ended_models, ended_tenants, ended_cameras],
            unattributed: seen.gpus.iter().map(idle).collect(),
            currency: self.prices.as_ref().map(|prices| prices.currency().to_owned()),
        }
    }
}

/// How much a total has grown. One that shrank has not.
fn advance(total: &mut Option<f64>, now: f64) -> f64 {
    let before = total.unwrap_or(0.0);
    *total = Some(before.max(now));
    (now - before).max(0.0)
}
