//! The one place that decides whether a trace is exported.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use arc_swap::ArcSwap;

use crate::scope::{CameraId, TenantId};

/// Head sampling by trace id: 1 % unless told otherwise, with overrides for tenants and cameras.
#[derive(Debug)]
pub(crate) struct Sampler {
    threshold: AtomicU64,
    overridden: AtomicBool,
    overrides: ArcSwap<Overrides>,
    write: Mutex<()>,
}

#[derive(Clone, Debug, Default)]
struct Overrides {
    tenants: HashMap<Box<str>, u64>,
    /// By tenant, then by camera: a camera's name is unique within its tenant only.
    cameras: HashMap<Box<str>, HashMap<Box<str>, u64>>,
}

/// The rule of OpenTelemetry's `TraceIdRatioBased`: the low 63 bits of the trace id against the ratio.
fn threshold(ratio: f64) -> u64 {
    (ratio.clamp(0.0, 1.0) * (1u64 << 63) as f64) as u64
}

impl Sampler {
    pub(crate) fn new(ratio: f64) -> Self {
        Self {
            threshold: AtomicU64::new(threshold(ratio)),
            overridden: AtomicBool::new(false),
            overrides: ArcSwap::default(),
            write: Mutex::new(()),
        }
    }

    /// Whether a new trace is exported, when nobody upstream has decided.
    #[inline]
    pub(crate) fn samples(&self, trace: u128, tenant: Option<&TenantId>, camera: Option<&CameraId>) -> bool {
        let threshold = self.overridden(tenant, camera).unwrap_or_else(|| self.threshold.load(Relaxed));
        (trace as u64 >> 1) < threshold
    }

    /// Whether an override wants a trace that the caller has not sampled.
    #[inline]
    pub(crate) fn overrides(
        &self,
        trace: u128,
        tenant: Option<&TenantId>,
        camera: Option<&CameraId>,
    ) -> bool {
        self.overridden(tenant, camera).is_some_and(|threshold| (trace as u64 >> 1) < threshold)
    }

    #[inline]
    fn overridden(&self, tenant: Option<&TenantId>, camera: Option<&CameraId>) -> Option<u64> {
        if self.overridden.load(Relaxed) { self.find_override(tenant, camera) } else { None }
    }

    fn find_override(&self, tenant: Option<&TenantId>, camera: Option<&CameraId>) -> Option<u64> {
        let overrides = self.overrides.load();
        let tenant = tenant.map_or("", TenantId::as_str);
        let of_camera = camera.and_then(|camera| overrides.cameras.get(tenant)?.get(camera.as_str()));
        of_camera.or_else(|| overrides.tenants.get(tenant)).copied()
    }

    pub(crate) fn ratio(&self) -> f64 {
        self.threshold.load(Relaxed) as f64 / (1u64 << 63) as f64
    }

    pub(crate) fn set_ratio(&self, ratio: f64) {
        self.threshold.store(threshold(ratio), Relaxed);
    }

    pub(crate) fn set_tenant(&self, tenant: &TenantId, ratio: Option<f64>) {
        self.change(|overrides| set(&mut overrides.tenants, tenant.as_str().into(), ratio));
    }

    pub(crate) fn set_camera(&self, tenant: &TenantId, camera: &CameraId, ratio: Option<f64>) {
        self.change(|overrides| {
            let cameras = overrides.cameras.entry(tenant.as_str().into()).or_default();
            set(cameras, camera.as_str().into(), ratio);
            overrides.cameras.retain(|_, cameras| !cameras.is_empty());
        });
    }

    fn change(&self, change: impl FnOnce(&mut Overrides)) {
        let _one = self.write.lock().unwrap_or_else(PoisonError::into_inner);
        let mut overrides = Overrides::clone(&self.overrides.load());
        change(&mut overrides);
        self.overridden.store(!overrides.tenants.is_empty() || !overrides.cameras.is_empty(), Relaxed);
        self.overrides.store(overrides.into());
    }
}

fn set<K: std::hash::Hash + Eq>(map: &mut HashMap<K, u64>, key: K, ratio: Option<f64>) {
    match ratio {
        Some(ratio) => map.insert(key, threshold(ratio)),
        None => map.remove(&key),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u64) -> u128 {
        u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    #[test]
    fn a_ratio_keeps_its_share() {
        let sampler = Sampler::new(0.01);
        let kept = (0..100_000).filter(|n| sampler.samples(id(*n), None, None)).count();
        assert!((900..1_100).contains(&kept), "{kept} of 100,000");
        sampler.set_ratio(0.0);
        assert!(!(0..1_000).any(|n| sampler.samples(id(n), None, None)));
        sampler.set_ratio(1.0);
        assert!((0..1_000).all(|n| sampler.samples(id(n), None, None)));
    }

    #[test]
    fn the_camera_overrules_the_tenant_overrules_the_rest() {
        let sampler = Sampler::new(0.0);
        let (tenant, camera) = (TenantId::new("t").expect("id"), CameraId::new("c").expect("id"));
        sampler.set_tenant(&tenant, Some(1.0));
        assert!(sampler.samples(1, Some(&tenant), None));
        sampler.set_camera(&tenant, &camera, Some(0.0));
        assert!(!sampler.samples(1, Some(&tenant), Some(&camera)));
        sampler.set_camera(&tenant, &camera, None);
        assert!(sampler.samples(1, Some(&tenant), Some(&camera)));
        sampler.set_tenant(&tenant, None);
        assert!(!sampler.samples(1, Some(&tenant), Some(&camera)));
    }
}
