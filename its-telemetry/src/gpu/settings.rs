//! What is collected, and under which names it is shown.

use std::fmt;
use std::sync::Arc;

use its_gpu_metrics::cost::CostSettings;
use its_gpu_metrics::{GpuMetrics, Snapshot};

/// What is collected of GPUs, and how it is shown.
#[derive(Debug)]
#[must_use]
pub struct GpuSettings {
    pub(super) origin: Origin,
    pub(super) dcgm_names: bool,
    pub(super) cost: Cost,
    pub(super) attribute_calls: bool,
}

/// Whether it is attributed to models, tenants and cameras.
#[derive(Debug)]
pub(super) enum Cost {
    /// With the telemetry's own limits.
    Default,
    Given(CostSettings),
    Off,
}

/// Where snapshots come from.
pub(super) enum Origin {
    /// A collector that the telemetry starts and ends.
    Nvml(GpuMetrics),
    /// Somebody else.
    Elsewhere(Box<dyn Fn() -> Arc<Snapshot> + Send + Sync>),
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nvml(settings) => settings.fmt(f),
            Self::Elsewhere(_) => f.write_str("Elsewhere"),
        }
    }
}

impl Default for GpuSettings {
    /// [`GpuMetrics::default`], under the names of this crate.
    fn default() -> Self {
        GpuMetrics::default().into()
    }
}

impl From<GpuMetrics> for GpuSettings {
    fn from(settings: GpuMetrics) -> Self {
        Self::of(Origin::Nvml(settings))
    }
}

impl GpuSettings {
    /// Shows snapshots that come from elsewhere: from a collector that is shared, or from a test. `read` is called at each
    /// scrape, for the status page and `/status.json`, by [`Telemetry::gpus`](crate::Telemetry::gpus), and every few
    /// seconds to attribute what was counted; it must not wait.
    pub fn of_snapshots(read: impl Fn() -> Arc<Snapshot> + Send + Sync + 'static) -> Self {
        Self::of(Origin::Elsewhere(Box::new(read)))
    }

    const fn of(origin: Origin) -> Self {
        Self { origin, dcgm_names: false, cost: Cost::Default, attribute_calls: true }
    }

    /// Also shows what dcgm-exporter serves by default, under its names; see
    /// [`metrics::dcgm`](super::metrics::dcgm). The label `Hostname` is the environment variable `NODE_NAME`, else
    /// the name of the host.
    pub fn dcgm_names(mut self, shown: bool) -> Self {
        self.dcgm_names = shown;
        self
    }

    /// Prices, and how many models, tenants and cameras get series of their own at `its_cost_*`. Without this there are no
    /// prices, a hundred models, and as many tenants and cameras as the telemetry has
    /// ([`max_tenants`](crate::TelemetryBuilder::max_tenants), [`max_cameras`](crate::TelemetryBuilder::max_cameras));
    /// with it the limits are those of the settings.
    pub fn cost(mut self, settings: CostSettings) -> Self {
        self.cost = Cost::Given(settings);
        self
    }

    /// Whether instrumented calls count as work of the GPUs, which is the default. Without it only what is recorded with
    /// [`Telemetry::record_gpu_work`](crate::Telemetry::record_gpu_work) does; see [there](crate::gpu#batches).
    pub fn attribute_calls(mut self, on: bool) -> Self {
        self.attribute_calls = on;
        self
    }

    /// Does not attribute what the GPUs do to models, tenants and cameras.
    pub fn without_cost(mut self) -> Self {
        self.cost = Cost::Off;
        self
    }
}
