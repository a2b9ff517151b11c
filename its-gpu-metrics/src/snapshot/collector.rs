//! How the collector itself is.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// Upper bounds of [`CallStatistics::latency`], in seconds; a last bucket has the rest.
pub const LATENCY_BOUNDS: [f64; 8] = [0.000_01, 0.000_1, 0.001, 0.005, 0.025, 0.1, 1.0, 10.0];

/// What the collector tells of itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Collector {
    /// Why there are no readings; `None` while it works.
    pub unavailable: Option<Unavailable>,
    /// How often NVML has been initialised.
    pub generation: u64,
    /// Cycles that ended.
    pub cycles: u64,
    /// Cycles that took longer than their deadline.
    pub overrun_cycles: u64,
    /// How long the last cycle took.
    pub last_duration: Duration,
    /// When the last cycle that read at least one GPU ended.
    pub last_success: Option<SystemTime>,
    /// Every NVML call that has been made, by the name of its function.
    pub calls: Arc<Vec<CallStatistics>>,
}

/// The driver.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Driver {
    /// The driver's version.
    pub version: Option<String>,
    /// NVML's version.
    pub nvml_version: Option<String>,
    /// The highest version of CUDA that the driver supports, as `12.4`.
    pub cuda_version: Option<String>,
}

/// One NVML function: how long it takes and how it fails.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CallStatistics {
    /// Its name, as `nvmlDeviceGetPowerUsage`.
    pub call: &'static str,
    /// Calls in each bucket of [`LATENCY_BOUNDS`] and above, not cumulative.
    pub latency: [u64; LATENCY_BOUNDS.len() + 1],
    /// Seconds in all of them.
    pub seconds: f64,
    /// Failures by NVML's code, as `gpu_is_lost`. That a GPU does not support a call is no failure.
    pub errors: Vec<(&'static str, u64)>,
}

/// Why there are no readings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unavailable {
    /// The first cycle has not ended.
    Starting,
    /// `libnvidia-ml.so.1` was not found or cannot be loaded.
    LibraryNotFound,
    /// The library lacks a function without which nothing goes.
    LibraryTooOld,
    /// The kernel has no driver.
    DriverNotLoaded,
    /// The library and the kernel's driver are of different versions.
    VersionMismatch,
    /// The process may not ask.
    NoPermission,
    /// The driver lists no GPU.
    NoDevices,
    /// All GPUs are lost, or must be reset.
    AllLost,
    /// A call has not returned for longer than the deadline.
    Stalled,
    /// NVML failed in another way.
    Failed,
    /// The collector was shut down.
    Stopped,
}

impl Unavailable {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::Starting,
        Self::LibraryNotFound,
        Self::LibraryTooOld,
        Self::DriverNotLoaded,
        Self::VersionMismatch,
        Self::NoPermission,
        Self::NoDevices,
        Self::AllLost,
        Self::Stalled,
        Self::Failed,
        Self::Stopped,
    ];

    /// As in the label `reason`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::LibraryNotFound => "library_not_found",
            Self::LibraryTooOld => "library_too_old",
            Self::DriverNotLoaded => "driver_not_loaded",
            Self::VersionMismatch => "version_mismatch",
            Self::NoPermission => "no_permission",
            Self::NoDevices => "no_devices",
            Self::AllLost => "all_lost",
            Self::Stalled => "stalled",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }

    /// What it means and what to do: a sentence for people.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Starting => "The GPUs are being asked for the first time.",
            Self::LibraryNotFound => {
                "No GPU is read: libnvidia-ml.so.1 was not found. Install NVIDIA's driver, or give the container its GPUs."
            }
            Self::LibraryTooOld => {
                "No GPU is read: the driver's library lacks a function. Update the driver."
            }
            Self::DriverNotLoaded => "No GPU is read: the kernel has not loaded NVIDIA's driver.",
            Self::VersionMismatch => {
                "No GPU is read: the driver was updated and not loaded anew. Load it again, or restart the machine."
            }
            Self::NoPermission => {
                "No GPU is read: the service may not ask the driver. Give it access to /dev/nvidia*."
            }
            Self::NoDevices => "The driver lists no GPU. In a container: give it its GPUs.",
            Self::AllLost => "All GPUs are lost or must be reset.",
            Self::Stalled => "The driver does not answer; what it last said is withheld.",
            Self::Failed => "No GPU is read: the driver fails; its_gpu_collector_errors_total says how.",
            Self::Stopped => "The GPUs are no longer read: the collector was shut down.",
        }
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_its_own_explanation() {
        let mut texts: Vec<_> = Unavailable::ALL.map(Unavailable::explanation).into();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), Unavailable::ALL.len());
    }
}
