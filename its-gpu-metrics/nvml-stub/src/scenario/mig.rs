use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Memory;
use crate::code::Code;

/// Multi-instance GPU.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Mig {
    pub enabled: bool,
    pub pending: bool,
    /// 0: the GPU has no MIG.
    pub max_instances: u32,
    pub instances: Vec<MigInstance>,
}

impl Default for Mig {
    fn default() -> Self {
        Self { enabled: false, pending: false, max_instances: 7, instances: Vec::new() }
    }
}

/// One MIG device: a compute instance in a GPU instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MigInstance {
    /// Empty: one that its place gives.
    pub uuid: String,
    /// The place in which the driver lists it; null leaves the place in the list.
    pub index: Option<u32>,
    /// Null: one that its place gives.
    pub gpu_instance: Option<u32>,
    pub compute_instance: u32,
    /// Such as `1g.10gb`; the end of the device's name.
    pub profile: String,
    pub memory: Memory,
    pub bar1_total: u64,
    pub attributes: MigAttributes,
    /// GPM metrics of its GPU instance by id.
    pub gpm: BTreeMap<u32, f64>,
    /// Functions that fail with a code for this device: 2 for all is one that was just destroyed.
    pub codes: BTreeMap<String, Code>,
}

impl Default for MigInstance {
    fn default() -> Self {
        Self {
            uuid: String::new(),
            index: None,
            gpu_instance: None,
            compute_instance: 0,
            profile: "1g.10gb".into(),
            memory: Memory { total: 10_200_547_328, reserved: 0, free: None, used: 13_631_488 },
            bar1_total: 17_179_869_184,
            attributes: MigAttributes::default(),
            gpm: BTreeMap::new(),
            codes: BTreeMap::new(),
        }
    }
}

impl Mig {
    /// Gives the instances of the GPU in that place what identifies them.
    pub(super) fn identify(&mut self, gpu: usize) {
        for (place, instance) in self.instances.iter_mut().enumerate() {
            if instance.uuid.is_empty() {
                instance.uuid = format!("MIG-5c89852c-d268-5ee3-{gpu:04x}-{place:012x}");
            }
            // A Hopper with seven instances numbers them so.
            instance.gpu_instance.get_or_insert(7 + place as u32);
        }
    }
}

/// `nvmlDeviceAttributes_t`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MigAttributes {
    pub multiprocessors: u32,
    pub copy_engines: u32,
    pub decoders: u32,
    pub encoders: u32,
    pub jpegs: u32,
    pub ofas: u32,
    pub gpu_instance_slices: u32,
    pub compute_instance_slices: u32,
    pub memory_mib: u64,
}

impl Default for MigAttributes {
    fn default() -> Self {
        Self {
            multiprocessors: 16,
            copy_engines: 1,
            decoders: 1,
            encoders: 0,
            jpegs: 1,
            ofas: 0,
            gpu_instance_slices: 1,
            compute_instance_slices: 1,
            memory_mib: 9_728,
        }
    }
}
