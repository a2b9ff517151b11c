//! The thread that ticks, from the start of a telemetry to its end.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use its_slo::{SlosBuilder, Ticker};

use super::collect::Budgets;
use crate::core::Settings;
use crate::shutdown::ShutdownReport;
use crate::telemetry::TelemetryError;

/// The ticker, until it is stopped.
#[derive(Debug, Default)]
pub(crate) struct Running(Mutex<Option<Ticker>>);

/// Builds the objectives and starts to tick.
pub(crate) fn open(
    mut settings: Settings,
    builder: Option<SlosBuilder>,
) -> Result<(Settings, Running), TelemetryError> {
    let Some(builder) = builder else { return Ok((settings, Running::default())) };
    let slos = builder.build()?;
    for refusal in &slos.restored().refused {
        tracing::warn!(%refusal, "an error budget begins anew");
    }
    if slos.restored().in_use {
        tracing::warn!(
            "the error budgets' checkpoint is another running process's, and is not written until that ends; give each \
             process a store of its own"
        );
    }
    let ticker = slos.start().map_err(TelemetryError::SloTicker)?;
    settings.sources.push(Arc::new(Budgets(slos.clone())));
    settings.slos = Some(slos);
    Ok((settings, Running(Mutex::new(Some(ticker)))))
}

impl Running {
    /// Stops, and writes the last checkpoint on a thread of its own: a disk that hangs does not hold up the shutdown.
    pub(crate) fn stop(&self, mut report: ShutdownReport, deadline: Duration) -> ShutdownReport {
        let Some(ticker) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return report;
        };
        let (stopped, has_stopped) = channel();
        let stop = move || {
            // Nobody may be waiting any more.
            let _ = stopped.send(ticker.stop());
        };
        if thread::Builder::new().name("its-slo-stop".into()).spawn(stop).is_err() {
            report.checkpoint_lost = true;
            return report;
        }
        match has_stopped.recv_timeout(deadline) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "the last checkpoint of the error budgets was not written");
                report.checkpoint_lost = true;
            }
            Err(_) => {
                tracing::warn!("the last checkpoint of the error budgets was not written in time");
                report.checkpoint_lost = true;
                report.deadline_passed = true;
            }
        }
        report
    }
}
