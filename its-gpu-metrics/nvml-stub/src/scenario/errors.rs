//! Memory errors and their consequences.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Error-correcting memory.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Ecc {
    pub enabled: bool,
    pub pending: bool,
    pub volatile: EccCounts,
    pub aggregate: EccCounts,
    /// By `volatile.corrected.dram` and the like; a location that is not listed is not supported.
    pub locations: BTreeMap<String, u64>,
}

impl Default for Ecc {
    fn default() -> Self {
        Self {
            enabled: true,
            pending: true,
            volatile: EccCounts::default(),
            aggregate: EccCounts { corrected: 3, uncorrected: 0 },
            locations: locations(),
        }
    }
}

/// Errors of the whole GPU.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EccCounts {
    pub corrected: u64,
    pub uncorrected: u64,
}

/// `nvmlEccSramErrorStatus_t`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SramEcc {
    pub aggregate_unc_parity: u64,
    pub aggregate_unc_sec_ded: u64,
    pub aggregate_cor: u64,
    pub volatile_unc_parity: u64,
    pub volatile_unc_sec_ded: u64,
    pub volatile_cor: u64,
    pub bucket_l2: u64,
    pub bucket_sm: u64,
    pub bucket_pcie: u64,
    pub bucket_mcu: u64,
    pub bucket_other: u64,
    pub threshold_exceeded: bool,
}

/// Rows of memory that were replaced by spare ones.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RemappedRows {
    pub correctable: u32,
    pub uncorrectable: u32,
    pub pending: bool,
    pub failure: bool,
}

/// Banks by how many spare rows they have left.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RowRemapperHistogram {
    pub max: u32,
    pub high: u32,
    pub partial: u32,
    pub low: u32,
    pub none: u32,
}

impl Default for RowRemapperHistogram {
    fn default() -> Self {
        Self { max: 640, high: 0, partial: 0, low: 0, none: 0 }
    }
}

/// Memory and on-chip memory are counted, as on an H100.
fn locations() -> BTreeMap<String, u64> {
    let mut locations = BTreeMap::new();
    for counter in ["volatile", "aggregate"] {
        for error in ["corrected", "uncorrected"] {
            for location in ["dram", "sram"] {
                locations.insert(format!("{counter}.{error}.{location}"), 0);
            }
        }
    }
    locations
}
