//! Where OpenTelemetry's own types show: for applications that use its API or bring their own exporter. They change with
//! each release of OpenTelemetry.

use opentelemetry_sdk::logs::LogExporter;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanExporter};

pub use opentelemetry;
pub use opentelemetry_sdk;

#[cfg(feature = "testing")]
pub use super::memory::Memory;
pub use super::propagator::Propagator;

use super::export::{log_sink, span_sink};
use super::settings::Export;
use super::spans::library;
use super::{Logs, Traces};
use crate::Telemetry;

impl Traces {
    /// Exports through an exporter of OpenTelemetry's kind. It runs on a thread of its own, inside a current-thread
    /// tokio runtime, under our queue, deadlines and counters.
    pub fn exporter(exporter: impl SpanExporter + 'static) -> Self {
        Self { export: Export::To(Box::new(|| Ok(span_sink(exporter)))), ..Self::default() }
    }
}

impl Logs {
    /// Exports the lines through an exporter of OpenTelemetry's kind too.
    #[must_use]
    pub fn exporter(self, exporter: impl LogExporter + 'static) -> Self {
        self.export_to(Box::new(|| Ok(log_sink(exporter, library()))))
    }
}

impl Telemetry {
    /// The provider behind the calls' spans; [`install`](crate::TelemetryBuilder::install) makes it the global one.
    /// `None` when traces are not exported.
    pub fn tracer_provider(&self) -> Option<SdkTracerProvider> {
        self.core().spans.get().map(|spans| spans.provider.clone())
    }
}
