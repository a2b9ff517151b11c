//! The test kit: a telemetry of your test's own, whose metrics, spans and logs you can assert on.
//!
//! Tests run in parallel and their tasks move between threads; what a task records goes where its scope says, so each
//! test sees its own numbers, spans and lines only.
//!
#![cfg_attr(all(feature = "enabled", feature = "otlp"), doc = "```")]
#![cfg_attr(not(all(feature = "enabled", feature = "otlp")), doc = "```text")]
//! use its_telemetry::testing::TestTelemetry;
//! use its_telemetry::{assert_log, assert_metric, assert_spans, instrument_inference, instrument_stage, scope};
//!
//! #[instrument_inference(model = "yolo")]
//! async fn infer(frame: &[u8]) -> Result<(), String> {
//!     let decoded = tokio::spawn(scope::carry(decode())).await;
//!     tracing::warn!(bytes = frame.len(), "too dark");
//!     decoded.map_err(|error| error.to_string())
//! }
//!
//! #[instrument_stage]
//! async fn decode() {}
//!
//! #[tokio::main]
//! async fn main() {
//!     let test = TestTelemetry::new();
//!     test.scope("city-17", "junction-4").run(infer(b"frame")).await.expect("analysed");
//!
//!     assert_metric!(test, "its_inference_requests_total", { model = "yolo", outcome = "ok" } == 1);
//!     assert_log!(test, "too dark", { level = "WARN", bytes = 5, camera = "junction-4" } == 1);
//!     assert_spans!(test, "
//!         infer (ok, its.model=yolo, its.tenant.id=city-17)
//!           decode (ok)
//!     ");
//! }
//! ```
//!
//! # Spans and logs
//!
//! They need the feature `otlp`, which makes them. Calls are spans whatever the process does with `tracing`. For log
//! lines and for spans of `#[tracing::instrument]` the first [`TestTelemetry`] sets the process's global subscriber of
//! `tracing`, once and for all: it hands each event and each span to the telemetry whose scope is current where it is
//! made. (Nothing else in this crate but `install()` touches what is global. A subscriber for each test could not follow
//! tasks between threads.) What is logged outside any scope, and in tasks that were spawned without
//! [`scope::carry`](crate::scope::carry), belongs to no test. A test of `install()` itself needs a process of its own.
//!
#![cfg_attr(
    feature = "otlp",
    doc = "A process that has a subscriber of its own adds [`tracing_layer`] to it."
)]

mod clock;
#[cfg(feature = "otlp")]
mod logs;
mod metrics;
#[cfg(feature = "otlp")]
mod records;
#[cfg(feature = "otlp")]
mod spans;

use std::future::Future;

pub use clock::TestClock;
#[cfg(feature = "otlp")]
pub use logs::{LogLine, LogSelection};
pub use metrics::{Sample, Selection};
#[cfg(feature = "otlp")]
pub use records::tracing_layer;
#[cfg(feature = "otlp")]
pub use spans::{Span, Spans};

use crate::scope::{InScope, Scope};
use crate::{Telemetry, TelemetryBuilder};

/// A telemetry for one test. Nothing of it is global.
#[derive(Debug)]
pub struct TestTelemetry {
    telemetry: Telemetry,
    clock: TestClock,
    #[cfg(feature = "otlp")]
    exported: crate::otel::Memory,
}

impl Default for TestTelemetry {
    fn default() -> Self {
        Self::new()
    }
}

impl TestTelemetry {
    /// A telemetry that samples every call, with a clock that stands still until it is advanced.
    pub fn new() -> Self {
        Self::with(|builder| builder.sampling_ratio(1.0))
    }

    /// A telemetry with other settings. The environment is not read.
    ///
    /// Spans are kept for [`spans`](Self::spans) unless the settings say where they go; `Traces::default()` with other
    /// options keeps them.
    ///
    /// # Panics
    /// When the settings cannot work.
    pub fn with(settings: impl FnOnce(TelemetryBuilder) -> TelemetryBuilder) -> Self {
        let (clock, mock) = crate::clock::Clock::mock();
        let builder = Telemetry::builder("test").ignore_environment();
        #[cfg(feature = "otlp")]
        let (builder, exported) = records::keep_spans(settings(builder));
        #[cfg(not(feature = "otlp"))]
        let builder = settings(builder);
        let telemetry = builder.build_with(clock).unwrap_or_else(|error| panic!("telemetry: {error}"));
        #[cfg(feature = "otlp")]
        records::keep_lines(&telemetry);
        Self {
            telemetry,
            clock: TestClock::new(mock),
            #[cfg(feature = "otlp")]
            exported,
        }
    }

    /// The telemetry under test.
    pub fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }

    /// The clock that the telemetry measures with.
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// The scope of a tenant's camera.
    ///
    /// # Panics
    /// When a name is not a valid id.
    pub fn scope(&self, tenant: &str, camera: &str) -> Scope {
        self.telemetry.scope(tenant, camera).unwrap_or_else(|error| panic!("{tenant:?}, {camera:?}: {error}"))
    }

    /// Runs `f` so that what it measures is recorded here.
    pub fn in_scope<T>(&self, f: impl FnOnce() -> T) -> T {
        self.telemetry.root_scope().in_scope(f)
    }

    /// Runs `future` so that what it measures is recorded here, on whichever thread it is polled.
    pub fn run<F: Future>(&self, future: F) -> InScope<F> {
        self.telemetry.root_scope().run(future)
    }
}
