//! Who is asked for snapshots.

use std::sync::Arc;
use std::time::Duration;

use its_gpu_metrics::cost::{CostSettings, Ledger, PriceError, Work};
use its_gpu_metrics::metrics::ALL;
use its_gpu_metrics::{GpuCollector, Snapshot};

use super::feed::Attribution;
use super::settings::{Cost, GpuSettings, Origin};
use crate::registry::Bounds;

/// The GPUs of one telemetry.
#[derive(Debug)]
pub(crate) struct Gpus {
    origin: Running,
    /// The host's name, when dcgm-exporter's names are shown.
    pub(super) dcgm_host: Option<Box<str>>,
    /// Of each histogram, by its name.
    pub(super) bounds: Vec<(&'static str, Bounds)>,
    /// Who used them.
    pub(super) attribution: Option<Attribution>,
}

enum Running {
    Nvml(GpuCollector),
    Elsewhere(Box<dyn Fn() -> Arc<Snapshot> + Send + Sync>),
}

impl std::fmt::Debug for Running {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nvml(collector) => collector.fmt(f),
            Self::Elsewhere(_) => f.write_str("Elsewhere"),
        }
    }
}

impl Gpus {
    /// Starts to collect. `cost`: when the settings say nothing about it.
    pub(super) fn start(settings: GpuSettings, cost: CostSettings) -> Result<Self, PriceError> {
        let cost = match settings.cost {
            Cost::Default => Some(cost),
            Cost::Given(given) => Some(given),
            Cost::Off => None,
        };
        let attribution = cost.map(Ledger::new).transpose()?;
        let attribution = attribution.map(|ledger| Attribution::new(ledger, settings.attribute_calls));
        let origin = match settings.origin {
            Origin::Nvml(settings) => Running::Nvml(GpuCollector::start(settings)),
            Origin::Elsewhere(read) => Running::Elsewhere(read),
        };
        let host = || std::env::var("NODE_NAME").map_or_else(|_| crate::host::name(), Into::into);
        let bounds =
            ALL.iter().filter_map(|metric| Some((metric.name, Bounds::seconds(metric.bounds).ok()?)));
        Ok(Self { origin, dcgm_host: settings.dcgm_names.then(host), bounds: bounds.collect(), attribution })
    }

    /// Ends it; whether it has ended in time.
    pub(super) fn stop(&self, patience: Duration) -> bool {
        match &self.origin {
            Running::Nvml(collector) => collector.shutdown(patience),
            Running::Elsewhere(_) => true,
        }
    }

    /// Work that somebody reports.
    pub(crate) fn record(&self, work: &Work<'_>) {
        if let Some(attribution) = &self.attribution {
            attribution.ledger.record(work);
        }
    }

    /// Attributes what was counted, when it is time; whether that is wanted at all.
    pub(super) fn settle(&self) -> bool {
        let attribution = self.attribution.as_ref();
        attribution.map(|attribution| attribution.settle(&self.snapshot())).is_some()
    }

    /// What was last seen.
    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        match &self.origin {
            Running::Nvml(collector) => collector.snapshot(),
            Running::Elsewhere(read) => read(),
        }
    }
}
