//! What became of the items of one signal.

use std::sync::Weak;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::core::Core;

/// A kind of telemetry that is exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    Traces,
    Logs,
    Metrics,
}

impl Signal {
    /// The label `signal`, which is also the path of the signal in OTLP over HTTP.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Logs => "logs",
            Self::Metrics => "metrics",
        }
    }
}

/// Why an item was not exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    QueueFull,
    ExportFailed,
    /// Left over when the time to shut down was up, or came after it.
    Shutdown,
}

impl Loss {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::QueueFull => "queue_full",
            Self::ExportFailed => "export_failed",
            Self::Shutdown => "shutdown",
        }
    }
}

/// Items exported and dropped since the start, also counted as `its_telemetry_dropped_total`.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) signal: Signal,
    core: Weak<Core>,
    exported: AtomicU64,
    dropped: AtomicU64,
}

impl Tally {
    pub(crate) fn new(signal: Signal, core: Weak<Core>) -> Self {
        Self { signal, core, exported: AtomicU64::new(0), dropped: AtomicU64::new(0) }
    }

    pub(crate) fn exported(&self, n: usize) {
        self.exported.fetch_add(n as u64, Relaxed);
    }

    pub(crate) fn dropped(&self, loss: Loss, n: usize) {
        if n == 0 {
            return;
        }
        self.dropped.fetch_add(n as u64, Relaxed);
        // Once the telemetry itself is gone nobody can read its counters.
        if let Some(core) = self.core.upgrade() {
            core.dropped.add(self.signal.as_str(), loss.as_str(), n as u64);
        }
    }

    /// Exported and dropped.
    pub(crate) fn read(&self) -> (u64, u64) {
        (self.exported.load(Relaxed), self.dropped.load(Relaxed))
    }
}
