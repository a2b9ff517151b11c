//! Heat, power and clocks.

use serde::{Deserialize, Serialize};

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
