//! What a test's telemetry exports and logs, kept for the test.

use std::sync::OnceLock;
use std::time::Duration;

use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;

use super::{LogLine, LogSelection, Spans, TestTelemetry};
use crate::otel::Memory;
use crate::trace::{Captured, Export, routed};
use crate::{Telemetry, TelemetryBuilder, Traces};

/// How long a queue with an exporter that only keeps may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether the routing subscriber is the global one of the process.
static GLOBAL: OnceLock<bool> = OnceLock::new();

/// Keeps the spans, unless the settings say where they go.
pub(super) fn keep_spans(mut builder: TelemetryBuilder) -> (TelemetryBuilder, Memory) {
    let exported = Memory::new();
    let traces = &mut builder.exports.traces;
    if let Export::ByEnvironment = traces.export {
        traces.export = Traces::exporter(exported.clone()).export;
        // No test loses a span because the thread that keeps it was not scheduled.
        traces.limits.capacity = usize::MAX;
    }
    (builder, exported)
}

/// Keeps the log lines.
pub(super) fn keep_lines(telemetry: &Telemetry) {
    GLOBAL.get_or_init(|| {
        let subscriber = tracing_subscriber::registry().with(routed::layer());
        tracing::subscriber::set_global_default(subscriber).is_ok()
    });
    telemetry.core().captured.get_or_init(|| Captured::new(telemetry.exports().level.clone()));
}

/// What hands log lines and users' spans to the [`TestTelemetry`] that they belong to, for processes whose global
/// subscriber of `tracing` is set before the first [`TestTelemetry`] is made, and for threads with a subscriber of their
/// own.
///
/// ```
/// use its_telemetry::{assert_log, testing};
/// use tracing_subscriber::layer::SubscriberExt;
///
/// let own = tracing_subscriber::fmt::layer().with_test_writer();
/// let subscriber = tracing_subscriber::registry().with(own).with(testing::tracing_layer());
/// tracing::subscriber::set_global_default(subscriber).expect("the first");
///
/// let test = testing::TestTelemetry::new();
/// test.in_scope(|| tracing::info!("ready"));
/// assert_log!(test, "ready");
/// ```
pub fn tracing_layer<S>() -> impl Layer<S> + Send + Sync + 'static
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    routed::layer()
}

impl TestTelemetry {
    /// The spans that have ended so far: calls that are sampled or rescued, and users' own.
    ///
    /// # Panics
    /// When spans are queued and cannot be read within 30 seconds.
    pub fn spans(&self) -> Spans {
        assert!(self.telemetry.flush(PATIENCE), "spans are still queued after {PATIENCE:?}");
        Spans::new(&self.exported.spans())
    }

    /// The lines logged so far in scopes of this telemetry, in their order, as fine as its log level: `info` unless the
    /// settings or [`set_log_level`](Telemetry::set_log_level) say otherwise.
    ///
    /// # Panics
    /// When the subscriber of this thread keeps no lines: another one was made the global one first, or was set for the
    /// thread. [`tracing_layer`] belongs into it.
    #[track_caller]
    pub fn logs(&self) -> Vec<LogLine> {
        assert!(
            routed::is_here(),
            "log lines are not kept: {}; add its_telemetry::testing::tracing_layer() to it",
            match GLOBAL.get() {
                Some(true) => "this thread has a tracing subscriber of its own",
                _ => "another global tracing subscriber was set before the first TestTelemetry was made",
            }
        );
        self.telemetry.core().captured.get().map(Captured::lines).unwrap_or_default()
    }

    /// The lines whose message contains `message` and that say all of `pairs`; see [`LogLine::says`].
    ///
    /// # Panics
    /// As [`logs`](Self::logs).
    #[track_caller]
    pub fn select_logs(&self, message: &str, pairs: &[(&str, &str)]) -> LogSelection {
        LogSelection::new(message, pairs, self.logs(), self.telemetry.log_level())
    }
}
