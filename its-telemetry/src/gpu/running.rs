//! The collector, from the start of a telemetry to its end.

use std::sync::Arc;
use std::time::Duration;

use its_gpu_metrics::cost::{CostSettings, PriceError};

use super::{GpuSettings, Gpus};
use crate::core::Settings;
use crate::shutdown::ShutdownReport;

/// The collector, if there is one.
#[derive(Debug)]
pub(crate) struct Running(Option<Arc<Gpus>>);

/// Starts to collect, and to be asked at each scrape.
pub(crate) fn open(
    mut settings: Settings,
    gpu: Option<GpuSettings>,
) -> Result<(Settings, Running), PriceError> {
    let cost = CostSettings::default().max_tenants(settings.max_tenants).max_cameras(settings.max_cameras);
    let gpus = gpu.map(|gpu| Gpus::start(gpu, cost)).transpose()?.map(Arc::new);
    if let Some(gpus) = &gpus {
        settings.sources.push(Arc::clone(gpus) as Arc<_>);
    }
    settings.gpus.clone_from(&gpus);
    Ok((settings, Running(gpus)))
}

impl Running {
    /// Ends it. A thread that hangs in the driver is left to itself.
    pub(crate) fn stop(&self, mut report: ShutdownReport, patience: Duration) -> ShutdownReport {
        let has_ended = self.0.as_ref().is_none_or(|gpus| gpus.stop(patience));
        if !has_ended && !patience.is_zero() {
            tracing::warn!("a call to the GPU driver has not returned; its thread is left to itself");
            report.deadline_passed = true;
        }
        report
    }
}
