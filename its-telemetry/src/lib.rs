//! Makes a camera or ML-inference service observable with one dependency and one attribute.
#![forbid(unsafe_code)]

mod clock;
mod core;
pub mod instruments;
#[cfg(feature = "http")]
pub mod layer;
pub mod observe;
pub mod registry;
mod sampler;
pub mod scope;
mod shutdown;
mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "otlp")]
mod trace;

pub use its_telemetry_macros::{ErrorKind, instrument_camera, instrument_inference, instrument_stage};
pub use observe::{ErrorKind, Observation, Outcome, Verdict};
pub use scope::{CameraId, Identity, Scope, TenantId};
pub use shutdown::{ShutdownReport, SignalReport};
pub use telemetry::{Telemetry, TelemetryBuilder, TelemetryError};
#[cfg(feature = "otlp")]
pub use trace::{LogFormat, LogLevelError, Logs, Otlp, OutsideCalls, Protocol, PushMetrics, Traces, otel};

/// What macro expansions name. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    pub use crate::__verdict as verdict;
    pub use crate::observe::{
        ByDefault, ByErrorKind, ByResult, Call, Kind, Observation, ObservedStream, Returned, Site, Verdict,
        batch, holds,
    };
}
