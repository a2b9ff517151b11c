//! A snapshot as metric families: plain data that any exporter can write.
//!
//! Names are OpenTelemetry's `hw.*` where it has one, and `its_gpu_*` otherwise; base units; every GPU is `hw_id`, its
//! UUID, which [`its_gpu_info`](ALL) explains. What a GPU does not tell has no sample, a GPU that does not answer has no
//! gauges, and its totals stay.
//!
//! ```
//! use std::time::Instant;
//! use its_gpu_metrics::{GpuCollector, GpuMetrics, metrics};
//!
//! let collector = GpuCollector::start(GpuMetrics::default());
//! for family in metrics::families(&collector.snapshot(), Instant::now()) {
//!     for sample in &family.samples {
//!         println!("{}{:?} {}", family.metric.name, sample.labels, sample.value.as_f64());
//!     }
//! }
//! ```

mod catalogue;
mod collector;
pub mod dcgm;
mod devices;
mod errors;
mod family;
mod link;
mod memory;
mod mig;
mod power;
mod rows;
mod speed;

pub use catalogue::ALL;
pub(crate) use catalogue::catalogue;
pub use family::{Family, Kind, Metric, Sample, Value};
pub(crate) use rows::Families;
use rows::Rows;

use std::time::Instant;

use crate::Snapshot;

/// Every family that has a sample, in the order of [`ALL`]. `now`: when they are read, for the age of the snapshot.
pub fn families(snapshot: &Snapshot, now: Instant) -> Vec<Family<'_>> {
    let mut into = Families::of(&snapshot.gpus);
    devices::write(&mut into, snapshot.driver.as_deref());
    speed::write_utilization(&mut into);
    memory::write(&mut into);
    power::write(&mut into);
    speed::write_clocks(&mut into);
    errors::write(&mut into);
    link::write(&mut into);
    mig::write(&mut into);
    collector::write(&mut into, snapshot, now);
    into.families
}
