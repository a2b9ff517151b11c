//! The builder that wires the rooms, and the handle that flushes them.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::core::{self, Core, Settings};
use crate::registry::collect::Collect;
use crate::registry::{Backend, Bounds, Matcher, Recorder};
use crate::scope::{CameraId, IdError, Scope, TenantId};
use crate::shutdown::ShutdownReport;

/// The telemetry of a service.
#[derive(Clone, Debug)]
pub struct Telemetry(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    core: Arc<Core>,
    #[cfg(feature = "otlp")]
    exports: crate::trace::Exports,
    #[cfg(feature = "admin")]
    admin: Option<crate::admin::Server>,
    #[cfg(feature = "admin")]
    readiness: crate::admin::Readiness,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.core.close();
    }
}

/// Why a telemetry could not be built or installed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TelemetryError {
    /// A telemetry has been installed before.
    #[error("a telemetry is already installed in this process; install one and share it, or use build()")]
    AlreadyInstalled,
    /// Another recorder of the `metrics` facade is installed.
    #[error(
        "a recorder of the metrics facade is already installed; remove it, or keep it with .backend(Backend::InstalledRecorder)"
    )]
    RecorderTaken,
    /// A signal cannot be exported.
    #[error("{signal} cannot be exported: {reason}")]
    Export {
        /// `traces`, `logs` or `metrics`.
        signal: &'static str,
        /// What is wrong, and what to write instead.
        reason: String,
    },
    /// The log level cannot be read.
    #[cfg(feature = "otlp")]
    #[error(transparent)]
    LogLevel(crate::trace::LogLevelError),
    /// Another subscriber of `tracing` is installed.
    #[error(
        "a global tracing subscriber is already installed; remove it, or keep it with keep_subscriber() and add tracing_layer() to it"
    )]
    SubscriberTaken,
    /// The admin endpoint could not be opened.
    #[cfg(feature = "admin")]
    #[error(transparent)]
    Admin(#[from] crate::admin::AdminError),
}

/// How a telemetry is to be.
#[derive(Debug)]
pub struct TelemetryBuilder {
    settings: Settings,
    #[cfg(feature = "otlp")]
    pub(crate) exports: crate::trace::ExportSettings,
    #[cfg(feature = "admin")]
    admin: Option<crate::admin::AdminSettings>,
}

impl Telemetry {
    /// A builder for the service of this name.
    pub fn builder(service: &str) -> TelemetryBuilder {
        TelemetryBuilder {
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
                max_source_samples: 20_000,
                created_timestamps: false,
                native_histograms: false,
            },
            #[cfg(feature = "otlp")]
            exports: crate::trace::ExportSettings::default(),
            #[cfg(feature = "admin")]
            admin: None,
        }
    }

    /// The scope of a tenant's camera. Found without a lock or an allocation when it is known.
    ///
    /// # Errors
    /// When one of the names is not a valid id.
    pub fn scope(&self, tenant: &str, camera: &str) -> Result<Scope, IdError> {
        self.checked(Some(tenant), Some(camera))
    }

    /// The scope of a tenant, for calls that belong to no camera.
    ///
    /// # Errors
    /// When the name is not a valid id.
    pub fn tenant_scope(&self, tenant: &str) -> Result<Scope, IdError> {
        self.checked(Some(tenant), None)
    }

    /// The scope without tenant and camera: what runs in it is recorded by this telemetry.
    pub fn root_scope(&self) -> Scope {
        Scope(self.core().scope(None, None))
    }

    /// Records what comes through the `metrics` facade; [`install`](TelemetryBuilder::install) makes it the global one.
    pub fn recorder(&self) -> Recorder {
        Recorder::new(Arc::clone(self.core()))
    }

    /// Changes the share of new traces that are sampled, 0 to 1, at once.
    pub fn set_sampling_ratio(&self, ratio: f64) {
        self.core().sampler.set_ratio(ratio);
    }

    /// The share of new traces that are sampled.
    pub fn sampling_ratio(&self) -> f64 {
        self.core().sampler.ratio()
    }

    /// Gives a tenant a ratio of its own; `None` takes it back.
    pub fn set_tenant_sampling(&self, tenant: &TenantId, ratio: Option<f64>) {
        self.core().sampler.set_tenant(tenant, ratio);
    }

    /// Gives a tenant's camera a ratio of its own, which overrules that of the tenant; `None` takes it back.
    pub fn set_camera_sampling(&self, tenant: &TenantId, camera: &CameraId, ratio: Option<f64>) {
        self.core().sampler.set_camera(tenant, camera, ratio);
    }

    /// Exports what is queued, ends the exporters, and says what was lost. Returns within `deadline` on any runtime or
    /// none; what is not exported by then is counted as dropped. Dropping the future does not stop the shutdown.
    ///
    /// Calls are still measured afterwards. Dropping the last handle without a shutdown waits for one second at most.
    pub async fn shutdown(&self, deadline: Duration) -> ShutdownReport {
        #[cfg(feature = "otlp")]
        {
            crate::trace::shutdown(self, deadline).await
        }
        #[cfg(not(feature = "otlp"))]
        self.shutdown_blocking(deadline)
    }

    /// [`shutdown`](Self::shutdown) that blocks the thread.
    pub fn shutdown_blocking(&self, deadline: Duration) -> ShutdownReport {
        #[cfg(feature = "admin")]
        let until = std::time::Instant::now() + deadline;
        #[cfg(feature = "otlp")]
        let report = self.exports().close(deadline);
        #[cfg(not(feature = "otlp"))]
        let report = {
            let _ = deadline;
            ShutdownReport::default()
        };
        #[cfg(feature = "admin")]
        if let Some(admin) = &self.0.admin {
            admin.stop(until);
        }
        report
    }

    #[cfg(feature = "otlp")]
    pub(crate) fn exports(&self) -> &crate::trace::Exports {
        &self.0.exports
    }

    /// Where the admin endpoint listens; `None` when there is none.
    #[cfg(feature = "admin")]
    pub fn admin_address(&self) -> Option<std::net::SocketAddr> {
        self.0.admin.as_ref().map(crate::admin::Server::address)
    }

    /// What decides whether the service can take work.
    #[cfg(feature = "admin")]
    pub fn readiness(&self) -> &crate::admin::Readiness {
        &self.0.readiness
    }

    fn checked(&self, tenant: Option<&str>, camera: Option<&str>) -> Result<Scope, IdError> {
        let lane = match self.core().known_scope(tenant, camera) {
            Some(known) => known,
            None => {
                tenant.map(TenantId::new).transpose()?;
                camera.map(CameraId::new).transpose()?;
                self.core().scope(tenant, camera)
            }
        };
        Ok(Scope(lane))
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.0.core
    }
}

impl TelemetryBuilder {
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

    /// A call that takes this long or longer is exported although it was not sampled. The default is one second.
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

    /// Does not read environment variables.
    #[must_use]
    pub fn ignore_environment(self) -> Self {
        #[cfg(feature = "otlp")]
        return Self { exports: self.exports.without_environment(), ..self };
        #[cfg(not(feature = "otlp"))]
        self
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
    /// after the next scrape.
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

    /// Builds the telemetry and touches nothing global.
    ///
    /// # Errors
    /// When something asked for cannot work; the error says what to change.
    pub fn build(self) -> Result<Telemetry, TelemetryError> {
        self.build_with(Clock::new())
    }

    pub(crate) fn build_with(self, clock: Clock) -> Result<Telemetry, TelemetryError> {
        let settings = self.settings;
        #[cfg(feature = "otlp")]
        let settings = self.exports.override_settings(settings);
        let core = Core::new(settings, clock);
        #[cfg(feature = "otlp")]
        let exports = self.exports.start(&core)?;
        #[cfg(feature = "admin")]
        let readiness = crate::admin::Readiness::default();
        #[cfg(all(feature = "admin", feature = "otlp"))]
        let log_level = Some(Box::new(exports.level.clone()) as Box<dyn crate::admin::LogLevel>);
        #[cfg(all(feature = "admin", not(feature = "otlp")))]
        let log_level = None;
        #[cfg(feature = "admin")]
        let admin = match self.admin {
            Some(settings) => crate::admin::open(&core, &readiness, log_level, settings)?,
            None => None,
        };
        Ok(Telemetry(Arc::new(Handle {
            core,
            #[cfg(feature = "otlp")]
            exports,
            #[cfg(feature = "admin")]
            admin,
            #[cfg(feature = "admin")]
            readiness,
        })))
    }

    /// Builds the telemetry and makes it the one that calls outside any scope use.
    ///
    /// # Errors
    /// As for [`build`](Self::build), and when one is installed already.
    pub fn install(self) -> Result<Telemetry, TelemetryError> {
        // Said first, so that a second install is not told that a port is taken.
        if core::installed().is_some() {
            return Err(TelemetryError::AlreadyInstalled);
        }
        let telemetry = self.build()?;
        #[cfg(feature = "otlp")]
        crate::trace::check_install(&telemetry)?;
        if !core::install(telemetry.core()) {
            return Err(TelemetryError::AlreadyInstalled);
        }
        let own = telemetry.core().settings.backend == Backend::Own;
        if own && metrics::set_global_recorder(telemetry.recorder()).is_err() {
            core::uninstall(telemetry.core());
            return Err(TelemetryError::RecorderTaken);
        }
        #[cfg(feature = "otlp")]
        crate::trace::install(&telemetry)?;
        Ok(telemetry)
    }
}
