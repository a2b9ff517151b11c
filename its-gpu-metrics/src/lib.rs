#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

#[cfg(feature = "metrics")]
pub mod bridge;
mod collector;
pub mod cost;
pub mod metrics;
mod nvml;
mod settings;
pub mod snapshot;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use collector::GpuCollector;
pub use settings::GpuMetrics;
pub use snapshot::Snapshot;
