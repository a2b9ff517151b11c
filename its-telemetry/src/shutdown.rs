//! What a telemetry says when it ends.

use std::fmt;

/// Items of one signal since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignalReport {
    /// Items that arrived.
    pub exported: u64,
    /// Items that did not: the queue was full, an export failed, or the time to shut down was up.
    pub dropped: u64,
}

/// What was exported and what was lost, since the start and up to the end of a shutdown.
///
/// ```
/// # use std::time::Duration;
/// # let telemetry = its_telemetry::Telemetry::builder("doc").build()?;
/// let report = telemetry.shutdown_blocking(Duration::from_secs(5));
/// if !report.is_complete() {
///     eprintln!("telemetry: {report}");
/// }
/// # Ok::<(), its_telemetry::TelemetryError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[must_use = "it says what was lost"]
pub struct ShutdownReport {
    /// Spans.
    pub spans: SignalReport,
    /// Log records.
    pub logs: SignalReport,
    /// Exported: points; dropped: pushes. What a failed push did not carry, the next one does.
    pub metrics: SignalReport,
    /// An exporter, or the collector of GPU metrics, had not ended when the deadline came.
    pub deadline_passed: bool,
    /// The last checkpoint of the error budgets was not written: what happened in the last minute is not in it.
    pub checkpoint_lost: bool,
}

impl ShutdownReport {
    /// Whether nothing was lost.
    pub fn is_complete(&self) -> bool {
        !self.deadline_passed
            && !self.checkpoint_lost
            && [self.spans, self.logs, self.metrics].iter().all(|signal| signal.dropped == 0)
    }
}

impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let signals = [("spans", self.spans), ("logs", self.logs), ("metrics", self.metrics)];
        for (n, (name, SignalReport { exported, dropped })) in signals.into_iter().enumerate() {
            let between = if n == 0 { "" } else { ", " };
            write!(f, "{between}{name} {exported} exported {dropped} dropped")?;
        }
        if self.deadline_passed {
            f.write_str(", and the deadline passed")?;
        }
        if self.checkpoint_lost {
            f.write_str(", and the error budgets were not saved")?;
        }
        Ok(())
    }
}

/// Shuts down on a thread of its own: it keeps the deadline whatever the runtime of the caller does, and without one.
#[cfg(any(feature = "admin", feature = "otlp"))]
pub(crate) async fn on_a_thread(
    telemetry: &crate::Telemetry,
    deadline: std::time::Duration,
) -> ShutdownReport {
    let (ended, has_ended) = tokio::sync::oneshot::channel();
    let theirs = telemetry.clone();
    let thread = std::thread::Builder::new().name("its-shutdown".into());
    let spawned = thread.spawn(move || {
        // Nobody may be waiting any more.
        let _ = ended.send(theirs.shutdown_blocking(deadline));
    });
    match spawned {
        Ok(_) => has_ended.await.unwrap_or_default(),
        Err(_) => telemetry.shutdown_blocking(deadline),
    }
}
