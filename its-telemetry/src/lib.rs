//! Makes a camera or ML-inference service observable with one dependency and one attribute.
//!
#![cfg_attr(feature = "admin", doc = "```no_run")]
#![cfg_attr(not(feature = "admin"), doc = "```text")]
//! use its_telemetry::{Telemetry, admin::AdminSettings, instrument_inference};
//!
//! #[instrument_inference(model = "yolo", version = "8")]
//! async fn infer(frame: &[u8]) -> Result<usize, std::io::Error> {
//!     tokio::time::sleep(std::time::Duration::from_millis(20)).await; // the model works
//!     Ok(frame.len())
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let telemetry = Telemetry::builder("inference-service").admin(AdminSettings::default()).install()?;
//!     let camera = telemetry.scope("city-17", "junction-4")?;
//!     loop {
//!         camera.run(infer(b"frame")).await?;
//!     }
//! }
//! ```
//!
//! A request walks through the rooms in this order: [`layer`] reads its headers, [`scope`] says whose call it is,
//! [`observe`] measures it with the [`instruments`], [`registry`] keeps the numbers, [`exposition`] and [`admin`] show
//! them. With the feature `otlp` spans, log lines and metrics also leave over OTLP; [`testing`] has the test kit.
#![forbid(unsafe_code)]

#[cfg(feature = "admin")]
pub mod admin;
mod clock;
mod core;
pub mod exposition;
#[cfg(feature = "gpu")]
pub mod gpu;
#[cfg(any(feature = "admin", feature = "gpu"))]
mod host;
pub mod instruments;
#[cfg(feature = "http")]
pub mod layer;
pub mod observe;
pub mod registry;
mod sampler;
pub mod scope;
mod shutdown;
#[cfg(feature = "slo")]
pub mod slo;
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

/// The examples of the README compile.
#[cfg(all(doctest, feature = "admin", feature = "axum", feature = "gpu", feature = "slo"))]
#[doc = include_str!("../../README.md")]
mod readme {}
