//! What one cycle has found: plain data, in base units.
//!
//! `None` and an absent entry mean that the GPU does not tell; nothing here stands for "unknown" but absence.

mod collector;
mod gpu;
mod info;
mod mig;
mod readings;
mod state;
mod totals;

pub use collector::{CallStatistics, Collector, Driver, LATENCY_BOUNDS, Unavailable};
pub use gpu::Gpu;
pub use info::Info;
pub use mig::MigInstance;
pub use readings::{
    Clock, ClockDomain, Ecc, EccCounts, Fan, Memory, NvLink, Pcie, Power, Process, ProcessKind, Readings,
    Rows, Temperature, Utilization,
};
pub use state::State;
pub use totals::{ThrottleReason, Totals, Xid};

use std::sync::Arc;
use std::time::Instant;

/// All GPUs at one instant. Cheap to share, never changed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Snapshot {
    /// When the cycle that made it ended; [`Instant`], so that a changed wall clock does not make it old.
    pub taken: Instant,
    /// How the collector itself is.
    pub collector: Collector,
    /// What the driver says of itself; `None` while there is none.
    pub driver: Option<Arc<Driver>>,
    /// Every GPU that has been seen since the start, by index and then UUID; those that are gone are in
    /// [`State::Lost`].
    pub gpus: Vec<Gpu>,
}
