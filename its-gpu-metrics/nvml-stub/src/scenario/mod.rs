//! What the machine looks like, as JSON.
//!
//! Every field has a default, so that `{}` is one healthy GPU of the H100's kind; a field that is not known is an
//! error. `count` gives the number of GPUs, `each` is laid under every one of them, and `gpus` says more of some:
//!
//! ```json
//! {
//!     "count": 8,
//!     "each": { "power": { "usage_mw": 400000 }, "live": true },
//!     "gpus": [{ "not_supported": ["nvmlDeviceGetJpgUtilization"], "hang": { "nvmlDeviceGetPowerUsage": 30000 } }],
//!     "codes": { "nvmlGpmQueryDeviceSupport": 3 }
//! }
//! ```
//!
//! A patch is merged into the whole scenario: objects field by field, lists by place when the patch has an object with
//! places for them, as in `{"gpus": {"3": {"lost": true, "nvlinks": {"0": {"replay": 5}}}}}`; anything else, null
//! too, replaces what was there. `{"reload": true, "order": [1, 0]}` is a reload of the driver after which two GPUs
//! have changed places.

mod environment;
mod errors;
mod fields;
mod garbage;
mod gpu;
mod links;
mod load;
mod mig;
mod source;

pub(crate) use errors::Ecc;
pub(crate) use fields::{FieldType, FieldValue};
pub(crate) use gpu::Gpu;
pub(crate) use links::NvLink;
pub(crate) use load::{Memory, Process, Processes, Utilization};
pub(crate) use mig::MigInstance;
pub(crate) use source::{merge, parse};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::code::Code;

/// The whole machine.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Scenario {
    pub driver_version: String,
    pub nvml_version: String,
    /// As NVML codes it: 1000 for each major version and 10 for each minor one.
    pub cuda_version: i32,
    /// What both kinds of `nvmlInit` return.
    pub init: Code,
    pub gpus: Vec<Gpu>,
    /// The places of the visible GPUs by index; empty: as listed.
    pub order: Vec<usize>,
    /// Functions that fail with a code, wherever they are called.
    pub codes: BTreeMap<String, Code>,
    /// Milliseconds for which functions block; changing the scenario releases them early.
    pub hang: BTreeMap<String, u64>,
    pub process_names: BTreeMap<u32, String>,
    /// In a scenario that is set: the driver was unloaded, so that everything must be initialised anew.
    pub reload: bool,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            driver_version: "580.95.05".into(),
            nvml_version: "13.580.95.05".into(),
            cuda_version: 13000,
            init: 0,
            gpus: vec![Gpu::at(0)],
            order: Vec::new(),
            codes: BTreeMap::new(),
            hang: BTreeMap::new(),
            process_names: BTreeMap::new(),
            reload: false,
        }
    }
}

impl Scenario {
    /// How many GPUs are visible.
    pub(crate) fn visible(&self) -> usize {
        if self.order.is_empty() { self.gpus.len() } else { self.order.len() }
    }

    /// The place of the GPU with that index.
    pub(crate) fn place_of(&self, index: usize) -> Option<usize> {
        if self.order.is_empty() {
            (index < self.gpus.len()).then_some(index)
        } else {
            self.order.get(index).copied()
        }
    }

    /// The index of the GPU in that place.
    pub(crate) fn index_of(&self, place: usize) -> Option<usize> {
        (0..self.visible()).find(|&index| self.place_of(index) == Some(place))
    }
}
