//! The groups of a GPU's values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Percentages.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Utilization {
    pub gpu: u32,
    pub memory: u32,
    pub encoder: u32,
    pub decoder: u32,
    pub jpg: u32,
    pub ofa: u32,
    pub sampling_period_us: u32,
}

impl Default for Utilization {
    fn default() -> Self {
        Self { gpu: 37, memory: 21, encoder: 11, decoder: 43, jpg: 5, ofa: 3, sampling_period_us: 167_000 }
    }
}

/// What `nvmlDeviceGetEncoderStats` gives.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EncoderStats {
    pub sessions: u32,
    pub fps: u32,
    pub latency_us: u32,
}

impl Default for EncoderStats {
    fn default() -> Self {
        Self { sessions: 2, fps: 60, latency_us: 8_000 }
    }
}

/// Bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Memory {
    pub total: u64,
    pub reserved: u64,
    /// Null: what is left of the total.
    pub free: Option<u64>,
    pub used: u64,
}

impl Default for Memory {
    fn default() -> Self {
        Self { total: 85_520_809_984, reserved: 557_842_432, free: None, used: 21_474_836_480 }
    }
}

/// Bytes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Bar1 {
    pub total: u64,
    pub used: u64,
}

impl Default for Bar1 {
    fn default() -> Self {
        Self { total: 137_438_953_472, used: 4_194_304 }
    }
}

/// Degrees Celsius.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Temperature {
    pub gpu: u32,
    /// Field value 82.
    pub memory: u32,
    /// Up to the slowdown.
    pub margin: i32,
    pub shutdown: u32,
    pub slowdown: u32,
    pub memory_max: u32,
    pub gpu_max: u32,
}

impl Default for Temperature {
    fn default() -> Self {
        Self { gpu: 54, memory: 61, margin: 33, shutdown: 92, slowdown: 89, memory_max: 95, gpu_max: 87 }
    }
}

/// Milliwatts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Power {
    /// Also field values 185 and 186.
    pub usage_mw: u32,
    pub limit_mw: u32,
}

impl Default for Power {
    fn default() -> Self {
        Self { usage_mw: 312_500, limit_mw: 700_000 }
    }
}

/// Megahertz.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Clocks {
    pub graphics: u32,
    pub sm: u32,
    pub memory: u32,
    pub video: u32,
    pub max: MaxClocks,
}

impl Default for Clocks {
    fn default() -> Self {
        Self { graphics: 1_755, sm: 1_740, memory: 2_619, video: 1_545, max: MaxClocks::default() }
    }
}

/// Megahertz.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MaxClocks {
    pub graphics: u32,
    pub sm: u32,
    pub memory: u32,
    pub video: u32,
}

impl Default for MaxClocks {
    fn default() -> Self {
        Self { graphics: 1_980, sm: 1_980, memory: 2_619, video: 1_980 }
    }
}

/// Nanoseconds by policy.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Violations {
    pub power: u64,
    pub thermal: u64,
    pub sync_boost: u64,
    pub board_limit: u64,
    pub low_utilization: u64,
    pub reliability: u64,
    pub app_clocks: u64,
    pub base_clocks: u64,
}

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

/// One NVLink.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct NvLink {
    pub active: bool,
    pub replay: u64,
    pub recovery: u64,
    pub crc_flit: u64,
    pub crc_data: u64,
    pub ecc_data: u64,
}

impl Default for NvLink {
    fn default() -> Self {
        Self { active: true, replay: 0, recovery: 0, crc_flit: 0, crc_data: 0, ecc_data: 0 }
    }
}

/// Running processes by what they use.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Processes {
    pub compute: Vec<Process>,
    pub graphics: Vec<Process>,
    pub mps: Vec<Process>,
}

/// A running process.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Process {
    pub pid: u32,
    /// Bytes; null: the driver does not know.
    pub memory: Option<u64>,
    pub gpu_instance: Option<u32>,
    pub compute_instance: Option<u32>,
}

/// A process' last sample, in percent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ProcessUtilization {
    pub pid: u32,
    pub timestamp_us: u64,
    pub sm: u32,
    pub memory: u32,
    pub encoder: u32,
    pub decoder: u32,
}

/// GPU performance monitoring.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Gpm {
    pub supported: bool,
    /// By id; the others are not supported.
    pub metrics: BTreeMap<u32, f64>,
}

impl Default for Gpm {
    fn default() -> Self {
        Self { supported: true, metrics: gpm_metrics() }
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

/// A field value as a scenario writes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum FieldValue {
    /// The field fails.
    Failure {
        /// The return code.
        code: u32,
    },
    /// A value of a given type.
    Typed {
        /// NVML's type.
        #[serde(rename = "type")]
        kind: FieldType,
        /// The value.
        value: serde_json::Number,
    },
    /// A value whose type follows from it: `uint` where it fits, else `ulonglong`, `slonglong` or `double`.
    Plain(serde_json::Number),
}

/// `nvmlValueType_t`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FieldType {
    Double = 0,
    Uint = 1,
    Ulong = 2,
    Ulonglong = 3,
    Slonglong = 4,
    Int = 5,
    Ushort = 6,
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

/// Activities in percent and the traffic of PCIe and NVLink in MiB/s.
fn gpm_metrics() -> BTreeMap<u32, f64> {
    BTreeMap::from([
        (1, 41.5),
        (2, 36.25),
        (3, 22.0),
        (5, 17.5),
        (10, 48.0),
        (11, 1.5),
        (12, 9.0),
        (13, 6.5),
        (20, 20.0),
        (21, 40.0),
        (60, 1_250.0),
        (61, 1_300.0),
    ])
}
