//! The builder that wires the rooms, and the handle that flushes them.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::core::{self, Core, Settings};
use crate::registry::Backend;
use crate::scope::{CameraId, IdError, Scope, TenantId};

/// The telemetry of a service.
#[derive(Clone, Debug)]
pub struct Telemetry(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    core: Arc<Core>,
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
}

/// How a telemetry is to be.
#[derive(Debug)]
pub struct TelemetryBuilder {
    settings: Settings,
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
                backend: Backend::Own,
            },
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
    /// Builds the telemetry and touches nothing global.
    ///
    /// # Errors
    /// When something asked for cannot work; the error says what to change.
    pub fn build(self) -> Result<Telemetry, TelemetryError> {
        let core = Core::new(self.settings, Clock::new());
        Ok(Telemetry(Arc::new(Handle { core })))
    }

    /// Builds the telemetry and makes it the one that calls outside any scope use.
    ///
    /// # Errors
    /// As for [`build`](Self::build), and when one is installed already.
    pub fn install(self) -> Result<Telemetry, TelemetryError> {
        let telemetry = self.build()?;
        if core::install(telemetry.core()) { Ok(telemetry) } else { Err(TelemetryError::AlreadyInstalled) }
    }
}
