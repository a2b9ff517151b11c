//! GPUs as the page shows them.

use std::time::Instant;

use its_gpu_metrics::snapshot::{Gpu, Readings, State, ThrottleReason, Unavailable};
use serde::Serialize;

/// All GPUs, or why there is none.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GpuTable {
    /// Whether the service asked for them.
    pub(crate) collected: bool,
    /// Why none is read at this time.
    #[serde(serialize_with = "reason")]
    pub(crate) unavailable: Option<Unavailable>,
    pub(crate) snapshot_age_seconds: Option<f64>,
    pub(crate) driver_version: Option<String>,
    pub(crate) list: Vec<GpuRow>,
}

/// One GPU; what it does not tell is absent.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GpuRow {
    pub(crate) uuid: String,
    pub(crate) index: u32,
    pub(crate) name: Option<String>,
    #[serde(serialize_with = "state")]
    pub(crate) state: State,
    pub(crate) utilization: Option<f64>,
    pub(crate) memory_used_bytes: Option<u64>,
    pub(crate) memory_limit_bytes: Option<u64>,
    pub(crate) power_watts: Option<f64>,
    pub(crate) power_limit_watts: Option<f64>,
    pub(crate) temperature_celsius: Option<f64>,
    /// Why the clocks are lowered; that there is nothing to do is no reason.
    pub(crate) throttled: Vec<&'static str>,
    pub(crate) xid_errors: u64,
    /// The code of the last one.
    pub(crate) last_xid: Option<u64>,
    pub(crate) losses: u64,
    pub(crate) mig_instances: usize,
}

impl GpuTable {
    pub(super) fn of(gpus: Option<&std::sync::Arc<crate::gpu::Gpus>>) -> Self {
        let Some(gpus) = gpus else {
            return Self {
                collected: false,
                unavailable: None,
                snapshot_age_seconds: None,
                driver_version: None,
                list: Vec::new(),
            };
        };
        let snapshot = gpus.snapshot();
        let age = Instant::now().saturating_duration_since(snapshot.taken);
        Self {
            collected: true,
            unavailable: snapshot.collector.unavailable,
            snapshot_age_seconds: Some(age.as_secs_f64()),
            driver_version: snapshot.driver.as_ref().and_then(|driver| driver.version.clone()),
            list: snapshot.gpus.iter().map(GpuRow::of).collect(),
        }
    }
}

impl GpuRow {
    fn of(gpu: &Gpu) -> Self {
        let now = gpu.readings.as_ref().filter(|_| gpu.state == State::Ok);
        let xids = &gpu.totals.xids;
        Self {
            uuid: gpu.info.uuid.clone(),
            index: gpu.info.index,
            name: gpu.info.name.clone(),
            state: gpu.state,
            utilization: now.and_then(|now| now.utilization.gpu),
            memory_used_bytes: now.and_then(|now| now.memory.used),
            memory_limit_bytes: now.and_then(|now| now.memory.total),
            power_watts: now.and_then(|now| now.power.usage),
            power_limit_watts: now.and_then(|now| now.power.limit),
            temperature_celsius: now.and_then(|now| now.temperature.gpu),
            throttled: now.map(throttled).unwrap_or_default(),
            xid_errors: xids.iter().map(|xid| xid.count).sum(),
            last_xid: xids.iter().max_by_key(|xid| xid.last).and_then(|xid| xid.code),
            losses: gpu.totals.losses,
            mig_instances: gpu.mig.len(),
        }
    }
}

fn throttled(now: &Readings) -> Vec<&'static str> {
    let bits = now.throttle_bits.unwrap_or_default();
    let reasons = ThrottleReason::ALL.into_iter().filter(|reason| reason.is_in(bits));
    reasons.filter(|reason| *reason != ThrottleReason::GpuIdle).map(ThrottleReason::as_str).collect()
}

fn state<S: serde::Serializer>(state: &State, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.as_str())
}

fn reason<S: serde::Serializer>(reason: &Option<Unavailable>, serializer: S) -> Result<S::Ok, S::Error> {
    reason.map(Unavailable::as_str).serialize(serializer)
}
