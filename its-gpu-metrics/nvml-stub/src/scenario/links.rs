//! The bus, NVLink and the fabric.

use serde::{Deserialize, Serialize};

/// The link and its traffic.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Pcie {
    pub tx_kb_s: u32,
    pub rx_kb_s: u32,
    pub replay: u32,
    pub generation: u32,
    pub width: u32,
    pub max_generation: u32,
    pub max_width: u32,
}

impl Default for Pcie {
    fn default() -> Self {
        Self {
            tx_kb_s: 20_480,
            rx_kb_s: 40_960,
            replay: 2,
            generation: 5,
            width: 16,
            max_generation: 5,
            max_width: 16,
        }
    }
}

/// One NVLink.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NvLink {
    pub active: bool,
    pub replay: u64,
    pub recovery: u64,
    pub crc_flit: u64,
    pub crc_data: u64,
    /// Counters, by NVML's number, that the link does not have.
    pub refused: Vec<u32>,
    pub ecc_data: u64,
}

impl Default for NvLink {
    fn default() -> Self {
        Self {
            active: true,
            replay: 0,
            recovery: 0,
            crc_flit: 0,
            crc_data: 0,
            refused: Vec::new(),
            ecc_data: 0,
        }
    }
}

/// `nvmlGpuFabricInfoV_t`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Fabric {
    pub cluster_uuid: [u8; 16],
    pub status: u32,
    pub clique_id: u32,
    /// 3: registered.
    pub state: u8,
    pub health_mask: u32,
    /// 1: healthy.
    pub health_summary: u8,
}

impl Default for Fabric {
    fn default() -> Self {
        Self { cluster_uuid: [0; 16], status: 0, clique_id: 0, state: 3, health_mask: 0, health_summary: 1 }
    }
}
