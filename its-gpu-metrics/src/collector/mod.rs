//! The threads that ask NVML.

mod cycle;
mod events;
mod fleet;
mod gpu;
mod integrate;
mod log;
mod read;
mod shared;
mod thread;
mod xid_log;

use std::sync::Arc;
use std::time::Duration;

use crate::{GpuMetrics, Snapshot};
use shared::Shared;

/// How long a collector that nobody shut down may take to end.
const ENDING: Duration = Duration::from_millis(500);

/// The threads that ask NVML. They end when this is dropped, which waits half a second for them at most.
///
/// One thread reads the GPUs, in turn, at the interval of the settings; another waits for Xid errors. Nothing else calls
/// NVML. A cycle that hangs in the driver keeps its thread; [`snapshot`](Self::snapshot) never waits for it.
#[derive(Debug)]
pub struct GpuCollector {
    shared: Arc<Shared>,
}

impl GpuCollector {
    /// Starts to collect. Never fails: a missing library, driver, permission or GPU is told by
    /// [`Collector::unavailable`](crate::snapshot::Collector::unavailable), by one log line (feature `tracing`), and is
    /// tried again after the settings' back-off.
    pub fn start(settings: GpuMetrics) -> Self {
        let shared = Shared::new(settings);
        thread::start(&shared);
        Self { shared }
    }

    /// The last snapshot; never waits. When a cycle has been running for longer than the deadline it is called
    /// [`Unavailable::Stalled`](crate::snapshot::Unavailable::Stalled) and has no readings, but totals; so it is
    /// once it is being shut down.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.snapshot()
    }

    /// Ends the threads, and waits for that until `patience` is up; whether they ended. A thread that hangs in the driver
    /// is left to itself.
    pub fn shutdown(&self, patience: Duration) -> bool {
        self.shared.stop(patience)
    }
}

impl Drop for GpuCollector {
    fn drop(&mut self) {
        self.shared.stop(ENDING);
    }
}
