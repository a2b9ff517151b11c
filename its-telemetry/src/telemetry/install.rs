//! From the builder to a running telemetry.

use std::sync::Arc;

use super::{Handle, Telemetry, TelemetryBuilder, TelemetryError};
use crate::clock::Clock;
use crate::core::{self, Core};
use crate::registry::Backend;

impl TelemetryBuilder {
    /// Builds the telemetry and touches nothing global.
    ///
    /// # Errors
    /// When something asked for cannot work; the error says what to change.
    pub fn build(self) -> Result<Telemetry, TelemetryError> {
        self.build_with(Clock::new())
    }

    pub(crate) fn build_with(self, clock: Clock) -> Result<Telemetry, TelemetryError> {
        let settings = self.settings;
        #[cfg(feature = "slo")]
        let (settings, slos) = crate::slo::open(settings, self.slos)?;
        #[cfg(feature = "gpu")]
        let (settings, gpus) = crate::gpu::open(settings, self.gpu)?;
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
            Some(settings) => {
                crate::admin::open(&core, &readiness, log_level, settings, self.admin_environment)?
            }
            None => None,
        };
        Ok(Telemetry(Arc::new(Handle {
            core,
            #[cfg(feature = "otlp")]
            exports,
            #[cfg(feature = "slo")]
            slos,
            #[cfg(feature = "gpu")]
            gpus,
            #[cfg(feature = "admin")]
            admin,
            #[cfg(feature = "admin")]
            readiness,
        })))
    }

    /// Builds the telemetry and makes it the one that calls outside any scope use, with the recorder of the `metrics`
    /// facade and, with the feature `otlp`, the subscriber of `tracing` and OpenTelemetry's globals.
    ///
    /// # Errors
    /// As for [`build`](Self::build), and when a telemetry, a recorder or a subscriber is installed already.
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
