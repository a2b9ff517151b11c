//! What one model, tenant or camera has used.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::report::Amounts;

/// Places for work that says on which GPU it ran, and one for work that does not. Later GPUs share that one.
pub(super) const SLOTS: usize = 17;

/// The place of work that does not say on which GPU it ran.
pub(super) const ANY: usize = 0;

/// Reported and not yet settled: counters that calls add to, and what has been settled.
#[derive(Debug)]
pub(super) struct Account {
    /// Of a camera, whose it is; empty otherwise.
    pub(super) tenant: Box<str>,
    pub(super) name: Box<str>,
    /// What a second costs: of a model.
    pub(super) gpu_second: f64,
    pending: [Pending; SLOTS],
    settled: Mutex<Settled>,
}

#[derive(Debug, Default)]
struct Pending {
    nanos: AtomicU64,
    /// The bits of a float: what these would cost.
    money: AtomicU64,
}

/// Seconds on one GPU, and what they would cost.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reported {
    pub(super) seconds: f64,
    pub(super) money: f64,
}

#[derive(Debug, Default)]
pub(super) struct Settled {
    pub(super) amounts: Amounts,
    /// Seconds that were reported lately: they fade.
    pub(super) recent: f64,
    /// Reported before and not attributed.
    pub(super) carried: [Reported; SLOTS],
}

impl Account {
    pub(super) fn new(tenant: &str, name: &str, gpu_second: f64) -> Self {
        Self {
            tenant: tenant.into(),
            name: name.into(),
            gpu_second,
            pending: Default::default(),
            settled: Mutex::default(),
        }
    }

    /// A call ended.
    pub(super) fn add(&self, slot: usize, nanos: u64, money: f64) {
        let pending = &self.pending[slot];
        pending.nanos.fetch_add(nanos, Relaxed);
        if money > 0.0 {
            let add = |bits| Some((f64::from_bits(bits) + money).to_bits());
            // The closure always has a value.
            let _ = pending.money.fetch_update(Relaxed, Relaxed, add);
        }
    }

    /// Takes what was reported since the last time.
    pub(super) fn take(&self) -> [Reported; SLOTS] {
        std::array::from_fn(|slot| {
            let pending = &self.pending[slot];
            Reported {
                seconds: pending.nanos.swap(0, Relaxed) as f64 / 1e9,
                money: f64::from_bits(pending.money.swap(0, Relaxed)),
            }
        })
    }

    pub(super) fn settled(&self) -> MutexGuard<'_, Settled> {
        self.settled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::ops::AddAssign for Reported {
    fn add_assign(&mut self, other: Self) {
        self.seconds += other.seconds;
        self.money += other.money;
    }
}

impl std::ops::Mul<f64> for Reported {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self { seconds: self.seconds * factor, money: self.money * factor }
    }
}
