//! The parts of a GPU.

use std::collections::HashMap;
use std::sync::Arc;

use nvml_wrapper::error::NvmlError;
use nvml_wrapper::{Device, Nvml};

use super::{Gpm, gpm, of_one};
use crate::nvml::{Call, Probe, compute_instance, gpu_instance};
use crate::snapshot::MigInstance;

/// Whether the GPU is cut into parts; `None` when that cannot be told at this time.
pub(in crate::collector) fn is_cut(probe: &mut Probe<'_>) -> Option<bool> {
    match probe.ask(Call::MigMode, |device| device.mig_mode()) {
        Some(mode) => Some(mode.current == 1),
        None => (!probe.may(Call::MigMode)).then_some(false),
    }
}

/// Who the parts are, by the driver's index; and the GPM samples before, by GPU instance.
#[derive(Debug, Default)]
pub(in crate::collector) struct Parts {
    known: HashMap<u32, MigInstance>,
    samples: HashMap<u32, Gpm>,
}

impl Parts {
    /// Asks anew who they are: another one may have taken an index.
    pub(in crate::collector) fn forget(&mut self) {
        self.known.clear();
    }
}

/// The parts of a GPU that is cut.
pub(in crate::collector) fn instances(
    probe: &mut Probe<'_>,
    nvml: Option<&Arc<Nvml>>,
    Parts { known, samples }: &mut Parts,
) -> Vec<MigInstance> {
    let most = probe.ask(Call::MigCount, |device| device.mig_device_count()).unwrap_or(0).min(64);
    let mut found = Vec::new();
    for index in 0..most {
        // The places of a GPU's parts are not all taken.
        let part = probe.ask(Call::MigHandle, |device| match device.mig_device_by_index(index) {
            Err(NvmlError::NotFound) => Ok(None),
            part => of_one(part),
        });
        match part {
            Some(Some(part)) => found.extend(instance(probe, &part, index, known)),
            Some(None) => {
                known.remove(&index);
            }
            None => break,
        }
    }
    if let Some(nvml) = nvml {
        samples.retain(|gpu, _| found.iter().any(|part| part.gpu_instance == *gpu));
        // Compute instances of one GPU instance share its sample.
        let mut of_gpu_instance: HashMap<u32, Vec<(&'static str, f64)>> = HashMap::new();
        for part in &mut found {
            let id = part.gpu_instance;
            let values = of_gpu_instance.entry(id).or_insert_with(|| {
                gpm(probe, nvml, Some(id), samples.entry(id).or_default()).unwrap_or_default()
            });
            part.gpm.clone_from(values);
        }
    }
    found.sort_by_key(|part| (part.gpu_instance, part.compute_instance));
    found
}

fn instance(
    probe: &mut Probe<'_>,
    part: &Device<'_>,
    index: u32,
    known: &mut HashMap<u32, MigInstance>,
) -> Option<MigInstance> {
    let memory = probe.ask(Call::MigMemory, |_| of_one(part.memory_info())).flatten();
    let (limit, used) = memory.map(|memory| (memory.total, memory.used)).unzip();
    // Another size is another part.
    let before = known.remove(&index).filter(|before| before.memory_limit == limit);
    let identity = match before {
        Some(before) => before,
        None => MigInstance { memory_limit: limit, ..identity(probe, part)? },
    };
    known.insert(index, identity.clone());
    Some(MigInstance { memory_used: used, ..identity })
}

/// Who it is; it may be destroyed between any two of these calls.
fn identity(probe: &mut Probe<'_>, part: &Device<'_>) -> Option<MigInstance> {
    let uuid = probe.ask(Call::MigUuid, |_| of_one(part.uuid()))??;
    let gpu_instance = probe.ask(Call::GpuInstance, |_| of_one(gpu_instance(part)))??;
    let compute_instance = probe.ask(Call::ComputeInstance, |_| of_one(compute_instance(part)))??;
    let name = probe.ask(Call::MigName, |_| of_one(part.name())).flatten();
    let profile = name.as_deref().and_then(profile).map(str::to_owned);
    Some(MigInstance { uuid, gpu_instance, compute_instance, profile, ..MigInstance::default() })
}

/// The profile in a name such as `NVIDIA H100 80GB HBM3 MIG 1g.10gb`.
fn profile(name: &str) -> Option<&str> {
    name.rsplit_once("MIG ").map(|(_, profile)| profile.trim())
}
