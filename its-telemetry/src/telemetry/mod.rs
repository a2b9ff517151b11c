//! The builder that wires the rooms, and the handle that flushes them.
//!
//! Settings flow in, from code and then from the environment; a [`Telemetry`] flows out, whose last handle or
//! [`shutdown`](Telemetry::shutdown) ends what runs behind it.

mod builder;
mod error;
mod install;

pub use builder::TelemetryBuilder;
pub use error::TelemetryError;

use std::sync::Arc;
use std::time::Duration;

use crate::core::Core;
use crate::registry::Recorder;
use crate::scope::{CameraId, IdError, Scope, TenantId};
use crate::shutdown::ShutdownReport;

/// The telemetry of a service: a handle that is cheap to clone.
///
/// ```
/// use its_telemetry::Telemetry;
///
/// let telemetry = Telemetry::builder("inference-service").build()?;
/// let camera = telemetry.scope("city-17", "junction-4")?;
/// camera.in_scope(|| { /* calls in here are the camera's */ });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Telemetry(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    core: Arc<Core>,
    #[cfg(feature = "otlp")]
    exports: crate::trace::Exports,
    #[cfg(feature = "slo")]
    slos: crate::slo::Running,
    #[cfg(feature = "gpu")]
    gpus: crate::gpu::Running,
    #[cfg(feature = "admin")]
    admin: Option<crate::admin::Server>,
    #[cfg(feature = "admin")]
    readiness: crate::admin::Readiness,
}

impl Drop for Handle {
    fn drop(&mut self) {
        // Without a shutdown nobody reads the report; what was not saved is in the log.
        #[cfg(feature = "slo")]
        let _ = self.slos.stop(ShutdownReport::default(), Duration::from_secs(1));
        // Calls may hold on to the telemetry for longer; the thread ends by itself.
        #[cfg(feature = "gpu")]
        let _ = self.gpus.stop(ShutdownReport::default(), Duration::ZERO);
        self.core.close();
    }
}

impl Telemetry {
    /// A builder for the service of this name.
    pub fn builder(service: &str) -> TelemetryBuilder {
        TelemetryBuilder::new(service)
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

    /// Exports what is queued, ends the exporters, closes the admin endpoint, and says what was lost. Returns within
    /// `deadline` on any runtime or none; what is not exported by then is counted as dropped. Dropping the future does
    /// not stop the shutdown.
    ///
    /// The admin endpoint answers while the rest ends: `/readyz` with 503, `/metrics` for a last scrape. Calls are still
    /// measured afterwards. Dropping the last handle without a shutdown waits for one second at most, and for half a second
    /// more where GPUs are read and their driver hangs.
    pub async fn shutdown(&self, deadline: Duration) -> ShutdownReport {
        #[cfg(any(feature = "admin", feature = "otlp"))]
        {
            crate::shutdown::on_a_thread(self, deadline).await
        }
        #[cfg(not(any(feature = "admin", feature = "otlp")))]
        self.shutdown_blocking(deadline)
    }

    /// [`shutdown`](Self::shutdown) that blocks the thread.
    pub fn shutdown_blocking(&self, deadline: Duration) -> ShutdownReport {
        #[cfg(any(feature = "admin", feature = "gpu", feature = "slo"))]
        let began = std::time::Instant::now();
        #[cfg(feature = "admin")]
        self.readiness().condition("shutdown").fail("shutting down");
        #[cfg(feature = "otlp")]
        let report = self.exports().close(deadline);
        #[cfg(not(feature = "otlp"))]
        let report = ShutdownReport::default();
        #[cfg(feature = "slo")]
        let report = self.0.slos.stop(report, deadline.saturating_sub(began.elapsed()));
        // Half of what is left, so that a driver that hangs leaves some for the rest.
        #[cfg(feature = "gpu")]
        let report = self.0.gpus.stop(report, deadline.saturating_sub(began.elapsed()) / 2);
        #[cfg(feature = "admin")]
        self.0.admin.iter().for_each(|admin| admin.stop(deadline.saturating_sub(began.elapsed())));
        #[cfg(not(any(feature = "admin", feature = "gpu", feature = "otlp", feature = "slo")))]
        let _ = deadline;
        report
    }

    #[cfg(feature = "otlp")]
    pub(crate) fn exports(&self) -> &crate::trace::Exports {
        &self.0.exports
    }

    /// The objectives; none when the builder was given none.
    #[cfg(feature = "slo")]
    pub fn slos(&self) -> Option<&crate::slo::Slos> {
        self.core().settings.slos.as_ref()
    }

    /// The GPUs as they were last seen; none when the builder was given none.
    #[cfg(feature = "gpu")]
    pub fn gpus(&self) -> Option<Arc<crate::gpu::Snapshot>> {
        self.core().settings.gpus.as_ref().map(|gpus| gpus.snapshot())
    }

    /// Counts work of a GPU for a model, a tenant and a camera, beside what instrumented calls report: what a batch did
    /// for each of its owners, or on which GPU it ran. Without GPU metrics it counts nothing. See
    /// [`gpu`](crate::gpu#batches).
    #[cfg(feature = "gpu")]
    pub fn record_gpu_work(&self, work: &crate::gpu::cost::Work<'_>) {
        if let Some(gpus) = &self.core().settings.gpus {
            gpus.record(work);
        }
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
