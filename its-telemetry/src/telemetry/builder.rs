//! What can be said about a telemetry before it exists.

use std::sync::Arc;
use std::time::Duration;

use crate::core::Settings;
use crate::registry::collect::Collect;
use crate::registry::{Backend, Bounds, Matcher};

/// How a telemetry is to be. What the environment says comes before what the code says.
///
/// ```
/// use std::time::Duration;
/// use its_telemetry::Telemetry;
///
/// let telemetry = Telemetry::builder("inference-service")
///     .service_version("1.4.0")
///     .sampling_ratio(0.05)
///     .slow_call(Duration::from_millis(250))
///     .max_cameras(5_000)
///     .build()?;
/// assert_eq!(telemetry.sampling_ratio(), 0.05);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TelemetryBuilder {
    pub(super) settings: Settings,
    #[cfg(feature = "otlp")]
    pub(crate) exports: crate::trace::ExportSettings,
    #[cfg(feature = "slo")]
    pub(super) slos: Option<crate::slo::SlosBuilder>,
    #[cfg(feature = "gpu")]
    pub(super) gpu: Option<crate::gpu::GpuSettings>,
    #[cfg(feature = "admin")]
    pub(super) admin: Option<crate::admin::AdminSettings>,
    /// Whether the environment may override the settings of the admin endpoint.
    #[cfg(feature = "admin")]
    pub(super) admin_environment: bool,
}

impl TelemetryBuilder {
    pub(super) fn new(service: &str) -> Self {
        Self {
            settings: Settings {
                service: service.into(),
                service_version: "".into(),
                sampling_ratio: 0.01,
                slow_call: Duration::from_secs(1),
                max_tenants: 1_000,
                max_cameras: 2_000,
                max_series: 2_000,
                idle_after: Duration::from_secs(300),
                user_idle_after: None,
                bounds: Vec::new(),
                backend: Backend::Own,
                debug_baggage: false,
                sources: Vec::new(),
                #[cfg(feature = "slo")]
                slos: None,
                #[cfg(feature = "gpu")]
                gpus: None,
                max_source_samples: 20_000,
                created_timestamps: false,
                native_histograms: false,
            },
            #[cfg(feature = "otlp")]
            exports: crate::trace::ExportSettings::default(),
            #[cfg(feature = "slo")]
            slos: None,
            #[cfg(feature = "gpu")]
            gpu: None,
            #[cfg(feature = "admin")]
            admin: None,
            #[cfg(feature = "admin")]
            admin_environment: true,
        }
    }

    /// Shows `version` as the service's version.
    #[must_use]
    pub fn service_version(mut self, version: &str) -> Self {
        self.settings.service_version = version.into();
        self
    }

    /// Share of traces that are exported from their start, 0 to 1. The default is 0.01.
    #[must_use]
    pub fn sampling_ratio(mut self, ratio: f64) -> Self {
        self.settings.sampling_ratio = ratio;
        self
    }

    /// A call that takes this long or longer is exported although it was not sampled, and is among the slowest calls of
    /// the status page. The default is one second.
    ///
    /// A request is judged by the time to the headers of its response, a stream by each of its items: a response that
    /// is read for an hour, or a stream that lives for one, is not slow.
    #[must_use]
    pub fn slow_call(mut self, threshold: Duration) -> Self {
        self.settings.slow_call = threshold;
        self
    }

    /// Lets a caller force sampling with the baggage member `its.debug=1`. Off by default: anybody who can send a request
    /// could make the service export it.
    #[must_use]
    pub fn debug_baggage(mut self, on: bool) -> Self {
        self.settings.debug_baggage = on;
        self
    }

    /// Does not read environment variables: neither `OTEL_*` and `RUST_LOG` nor `ITS_ADMIN_*`.
    #[must_use]
    pub fn ignore_environment(self) -> Self {
        Self {
            #[cfg(feature = "otlp")]
            exports: self.exports.without_environment(),
            #[cfg(feature = "admin")]
            admin_environment: false,
            ..self
        }
    }

    /// Tenants with series of their own (1,000 by default); later ones count as `_other`.
    #[must_use]
    pub fn max_tenants(mut self, limit: usize) -> Self {
        self.settings.max_tenants = limit;
        self
    }

    /// Cameras with series of their own (2,000 by default); later ones count as their tenant's `_other`.
    #[must_use]
    pub fn max_cameras(mut self, limit: usize) -> Self {
        self.settings.max_cameras = limit;
        self
    }

    /// Label sets of any other metric (2,000 by default); later ones are folded into `_other`.
    #[must_use]
    pub fn max_series(mut self, limit: usize) -> Self {
        self.settings.max_series = limit;
        self
    }

    /// How long a tenant or camera keeps its place when nothing uses it (five minutes by default). Its series end
    /// when every scraper of the last five minutes has had their last value.
    #[must_use]
    pub fn idle_after(mut self, idle: Duration) -> Self {
        self.settings.idle_after = idle;
        self
    }

    /// Also ends counters and histograms of the `metrics` facade that have not moved for this long. Gauges stay.
    #[must_use]
    pub fn expire_user_metrics(mut self, idle: Duration) -> Self {
        self.settings.user_idle_after = Some(idle);
        self
    }

    /// Where the numbers of the standard instruments live. The default is our own registry.
    #[must_use]
    pub fn backend(mut self, backend: Backend) -> Self {
        self.settings.backend = backend;
        self
    }

    /// Bounds for histograms of the `metrics` facade; the first rule that matches wins.
    #[must_use]
    pub fn histogram_bounds(mut self, matcher: Matcher, bounds: Bounds) -> Self {
        self.settings.bounds.push((matcher, bounds));
        self
    }

    /// Opens the admin endpoint: `/metrics`, `/healthz`, `/readyz` and the status page.
    #[cfg(feature = "admin")]
    #[must_use]
    pub fn admin(mut self, settings: crate::admin::AdminSettings) -> Self {
        self.admin = Some(settings);
        self
    }

    /// Opens the admin endpoint at this address; see [`AdminSettings::address`](crate::admin::AdminSettings::address).
    #[cfg(feature = "admin")]
    #[must_use]
    pub fn admin_address(mut self, address: impl Into<std::net::SocketAddr>) -> Self {
        self.admin = Some(self.admin.unwrap_or_default().address(address));
        self
    }

    /// Adds a source of metrics that is read at each scrape.
    #[must_use]
    pub fn collect(mut self, source: impl Collect + 'static) -> Self {
        self.settings.sources.push(Arc::new(source));
        self
    }

    /// Lines that one source may write at one scrape (20,000 by default); what exceeds them is left out and counted.
    #[must_use]
    pub fn max_source_samples(mut self, limit: usize) -> Self {
        self.settings.max_source_samples = limit;
        self
    }

    /// Tracks objectives: the calls that name one count for it, `/metrics` and `/slo` show how they do. See
    /// [`slo`](crate::slo).
    #[cfg(feature = "slo")]
    #[must_use]
    pub fn slos(mut self, slos: crate::slo::SlosBuilder) -> Self {
        self.slos = Some(slos);
        self
    }

    /// Collects the metrics of the GPUs of this machine, from the start of the telemetry to its shutdown; without a GPU it
    /// says so and goes on. See [`gpu`](crate::gpu).
    ///
    /// ```
    /// use its_telemetry::{Telemetry, gpu::GpuMetrics};
    ///
    /// let telemetry = Telemetry::builder("inference-service").gpu(GpuMetrics::default()).build()?;
    /// # drop(telemetry);
    /// # Ok::<(), its_telemetry::TelemetryError>(())
    /// ```
    #[cfg(feature = "gpu")]
    #[must_use]
    pub fn gpu(mut self, settings: impl Into<crate::gpu::GpuSettings>) -> Self {
        self.gpu = Some(settings.into());
        self
    }

    /// Keeps the exponential buckets of Prometheus' native histograms beside the classic ones, for every histogram in
    /// our registry: eight buckets for each power of two, so that a quantile is at most 9 % off, and half as many
    /// again and again while more than 160 have values. Values up to 2^-128 are zero.
    ///
    /// Off by default. With it each value recorded takes a short lock, which its thread shares with the scrape alone,
    /// and each series takes up to 4 KiB for each thread that writes to it.
    ///
    /// Only the protobuf format has them; Prometheus asks for it with `--enable-feature=native-histograms`. It then
    /// stores them *in place of* the classic series `_bucket`, `_sum` and `_count`, so queries change to
    /// `histogram_quantile(0.95, sum(rate(x[5m])))` and `histogram_count(rate(x[5m]))`; from 2.45 on
    /// `scrape_classic_histograms` (3.0: `always_scrape_classic_histograms`) keeps both.
    ///
    /// ```
    /// let telemetry = its_telemetry::Telemetry::builder("camera-service").native_histograms(true).build()?;
    /// # drop(telemetry);
    /// # Ok::<(), its_telemetry::TelemetryError>(())
    /// ```
    #[must_use]
    pub fn native_histograms(mut self, kept: bool) -> Self {
        self.settings.native_histograms = kept;
        self
    }

    /// Shows in OpenMetrics when each counter and histogram began, as a series `_created`. Off by default: it costs a
    /// series for each, and Prometheus' protobuf format carries the time without one.
    #[must_use]
    pub fn created_timestamps(mut self, shown: bool) -> Self {
        self.settings.created_timestamps = shown;
        self
    }
}
