//! What is counted while a GPU comes and goes.

use std::time::SystemTime;

/// Totals of one GPU since the collector started; they never decrease.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Totals {
    /// Seconds in which at least one kernel ran: the utilisation, integrated. `None` until it has been read once.
    pub busy_seconds: Option<f64>,
    /// Joules, across reloads of the driver. `None` where the GPU has no counter of energy.
    pub energy_joules: Option<f64>,
    /// Seconds in which the clocks were lowered for each reason that has been seen or can be seen.
    pub throttled_seconds: Vec<(ThrottleReason, f64)>,
    /// Xid errors, by code and part of the GPU.
    pub xids: Vec<Xid>,
    /// How often the GPU was lost.
    pub losses: u64,
}

/// Xid errors of one code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Xid {
    /// The driver's code; `None` when it did not say which.
    pub code: Option<u64>,
    /// GPU instance, where the error is of a part, and compute instance, where it is of one.
    pub mig: Option<(u32, Option<u32>)>,
    /// How many.
    pub count: u64,
    /// When the last one came.
    pub last: SystemTime,
}

/// Why clocks are lowered; NVML calls it a clock event reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ThrottleReason {
    /// Nothing to do.
    GpuIdle,
    /// Somebody set the clocks.
    ApplicationsClocks,
    /// The power limit.
    SoftwarePowerCap,
    /// The hardware: heat or power.
    HardwareSlowdown,
    /// Kept in step with another GPU.
    SyncBoost,
    /// Heat, seen by the driver.
    SoftwareThermal,
    /// Heat, seen by the hardware.
    HardwareThermal,
    /// The power supply.
    HardwarePowerBrake,
    /// A display.
    DisplayClocks,
    /// A bit that has no name here.
    Other,
}

impl ThrottleReason {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::GpuIdle,
        Self::ApplicationsClocks,
        Self::SoftwarePowerCap,
        Self::HardwareSlowdown,
        Self::SyncBoost,
        Self::SoftwareThermal,
        Self::HardwareThermal,
        Self::HardwarePowerBrake,
        Self::DisplayClocks,
        Self::Other,
    ];

    /// As in the label `reason`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GpuIdle => "gpu_idle",
            Self::ApplicationsClocks => "applications_clocks",
            Self::SoftwarePowerCap => "software_power_cap",
            Self::HardwareSlowdown => "hardware_slowdown",
            Self::SyncBoost => "sync_boost",
            Self::SoftwareThermal => "software_thermal",
            Self::HardwareThermal => "hardware_thermal",
            Self::HardwarePowerBrake => "hardware_power_brake",
            Self::DisplayClocks => "display_clocks",
            Self::Other => "other",
        }
    }

    /// Whether NVML's `bits` have it.
    pub const fn is_in(self, bits: u64) -> bool {
        const NAMED: u64 = 0x1ff;
        let mask = match self {
            Self::GpuIdle => 0x1,
            Self::ApplicationsClocks => 0x2,
            Self::SoftwarePowerCap => 0x4,
            Self::HardwareSlowdown => 0x8,
            Self::SyncBoost => 0x10,
            Self::SoftwareThermal => 0x20,
            Self::HardwareThermal => 0x40,
            Self::HardwarePowerBrake => 0x80,
            Self::DisplayClocks => 0x100,
            Self::Other => !NAMED,
        };
        bits & mask != 0
    }
}
