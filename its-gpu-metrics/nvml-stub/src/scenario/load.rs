//! What the GPU does, and for whom.

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
