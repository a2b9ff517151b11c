//! GPU metrics that survive a lost GPU.
//!
//! A thread of its own asks NVML and publishes immutable [`Snapshot`]s; whoever reads one never waits for the driver. A
//! GPU that falls off its bus loses its own gauges and leaves the others' alone, a driver that hangs shows as a snapshot
//! that grows old, and what a GPU does not support is absent, never 0. The crate knows none of the other crates.
//!
//! ```
//! use its_gpu_metrics::{GpuCollector, GpuMetrics};
//!
//! // Without a GPU this says so and goes on.
//! let collector = GpuCollector::start(GpuMetrics::default());
//! for gpu in &collector.snapshot().gpus {
//!     println!("{} is {}", gpu.info.uuid, gpu.state);
//! }
//! ```
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
