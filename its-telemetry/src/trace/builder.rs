//! What the builder and the handle offer for traces, logs and pushed metrics.

use std::time::Duration;

use tracing_subscriber::layer::SubscriberExt;

use super::filter::NoUnsampledSpans;
use super::logs::LogLevelError;
use super::{Logs, Otlp, PushMetrics, Traces, otel};
use crate::telemetry::{Telemetry, TelemetryBuilder, TelemetryError};

impl TelemetryBuilder {
    /// Where everything goes that is exported over OTLP, unless a signal has a target of its own.
    #[must_use]
    pub fn otlp(mut self, otlp: Otlp) -> Self {
        self.exports.otlp = otlp;
        self
    }

    /// How calls are exported as traces. By default they are when the environment names a collector
    /// (`OTEL_EXPORTER_OTLP_ENDPOINT`, or that of traces alone, or `OTEL_TRACES_EXPORTER=otlp`).
    #[must_use]
    pub fn traces(mut self, traces: Traces) -> Self {
        self.exports.traces = traces;
        self
    }

    /// Which log lines are written: a [`LogFormat`](super::LogFormat), or [`Logs`] to say more. None by default. They are
    /// exported too when the environment names a collector, as with [`traces`](Self::traces).
    #[must_use]
    pub fn logs(mut self, logs: impl Into<Logs>) -> Self {
        self.exports.logs = logs.into();
        self
    }

    /// Pushes metrics over OTLP. They are pushed too with `OTEL_METRICS_EXPORTER=otlp`, or when
    /// `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT` names a collector.
    #[must_use]
    pub fn push_metrics(mut self, push: PushMetrics) -> Self {
        self.exports.push = Some(push);
        self
    }

    /// Leaves the global subscriber of `tracing` to the application, which adds
    /// [`tracing_layer`](Telemetry::tracing_layer) to it.
    #[must_use]
    pub fn keep_subscriber(mut self) -> Self {
        self.exports.keep_subscriber = true;
        self
    }

    #[cfg(test)]
    pub(crate) fn environment(mut self, environment: super::otlp::Environment) -> Self {
        self.exports.environment = environment;
        self
    }
}

impl Telemetry {
    /// The log levels in force, such as `info,h2=warn`.
    pub fn log_level(&self) -> String {
        self.exports().level.text()
    }

    /// Changes which log lines are written and exported, at once.
    ///
    /// # Errors
    /// When `level` is no list of log levels. Nothing is changed then.
    pub fn set_log_level(&self, level: &str) -> Result<(), LogLevelError> {
        self.exports().level.set(level)
    }

    /// Exports everything that is queued now, and pushes metrics if they are pushed. Blocks for `timeout` at most;
    /// `false` when that was too short.
    pub fn flush(&self, timeout: Duration) -> bool {
        self.exports().flush(timeout)
    }
}

/// Makes subscriber, propagator and tracer provider the global ones.
///
/// # Errors
/// When there is a subscriber already, which cannot be changed.
pub(crate) fn install(telemetry: &Telemetry) -> Result<(), TelemetryError> {
    if needs_subscriber(telemetry) {
        tracing::dispatcher::set_global_default(subscriber(telemetry))
            .map_err(|_| TelemetryError::SubscriberTaken)?;
    }
    opentelemetry::global::set_text_map_propagator(otel::Propagator::new());
    if let Some(provider) = telemetry.tracer_provider() {
        opentelemetry::global::set_tracer_provider(provider);
    }
    Ok(())
}

/// What [`install`] makes the global subscriber.
pub(super) fn subscriber(telemetry: &Telemetry) -> tracing::Dispatch {
    let hides = |spans: &super::Spans| spans.settings.hide_unsampled;
    let hide = telemetry.core().spans.get().filter(|spans| hides(spans)).map(|_| NoUnsampledSpans);
    tracing_subscriber::registry().with(telemetry.tracing_layer()).with(hide).into()
}

/// Whether [`install`] would fail.
pub(crate) fn check(telemetry: &Telemetry) -> Result<(), TelemetryError> {
    match needs_subscriber(telemetry) && tracing::dispatcher::has_been_set() {
        true => Err(TelemetryError::SubscriberTaken),
        false => Ok(()),
    }
}

fn needs_subscriber(telemetry: &Telemetry) -> bool {
    let exports = telemetry.exports();
    let some =
        exports.format.lines().is_some() || exports.logs.is_some() || telemetry.core().spans.get().is_some();
    some && !exports.keep_subscriber
}
