//! Spans, log lines, and what leaves the process over OTLP.
//!
//! Identities and finished calls flow in from `observe`, lines and users' spans from `tracing`; spans, log records and
//! metrics flow out, each signal through a bounded queue on a thread of its own. Whether a trace is exported has been
//! decided before: here the OpenTelemetry SDK is only told.
//!
//! ```no_run
//! use std::time::Duration;
//! use its_telemetry::{LogFormat, Otlp, Telemetry, Traces};
//!
//! # fn main() -> Result<(), its_telemetry::TelemetryError> {
//! let telemetry = Telemetry::builder("inference-service")
//!     .otlp(Otlp::grpc("http://collector:4317"))
//!     .traces(Traces::otlp())
//!     .logs(LogFormat::Json)
//!     .install()?;
//! // ... serve ...
//! let report = telemetry.shutdown_blocking(Duration::from_secs(5));
//! # let _ = report;
//! # Ok(())
//! # }
//! ```

mod authority;
mod builder;
mod events;
mod export;
mod exports;
mod fields;
mod filter;
mod ids;
mod layers;
mod logs;
#[cfg(feature = "testing")]
pub(crate) mod memory;
pub mod otel;
mod otlp;
mod propagator;
mod push;
mod rate_limit;
pub(crate) mod rescue;
#[cfg(feature = "testing")]
pub(crate) mod routed;
mod settings;
pub(crate) mod slot;
mod spans;
#[cfg(test)]
mod tests;

pub use logs::{LogFormat, LogLevelError, Logs};
pub use otlp::{Otlp, Protocol};
pub use settings::{OutsideCalls, PushMetrics, Traces};

pub(crate) use builder::{check as check_install, install};
pub(crate) use exports::{ExportSettings, Exports};
#[cfg(feature = "testing")]
pub(crate) use routed::Captured;
#[cfg(feature = "testing")]
pub(crate) use settings::Export;
pub(crate) use spans::{Discarding, Spans};
