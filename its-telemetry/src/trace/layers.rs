//! The layers of one telemetry, put together.

use opentelemetry::trace::Tracer;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::events::CallEvents;
use super::exports::Exports;
use super::filter::SampledOnly;
use super::logs::{LogFormat, LogRecords};
use super::spans::Spans;
use crate::Telemetry;

impl Telemetry {
    /// What this telemetry does with `tracing`: log lines, log records, users' own spans and events of sampled calls.
    /// [`install`](crate::TelemetryBuilder::install) makes a subscriber of it; others add it to theirs.
    ///
    /// ```
    /// use its_telemetry::{LogFormat, Telemetry};
    /// use tracing_subscriber::layer::SubscriberExt;
    ///
    /// let telemetry = Telemetry::builder("service").logs(LogFormat::Json).build()?;
    /// let subscriber = tracing_subscriber::registry().with(telemetry.tracing_layer());
    /// # let _ = subscriber;
    /// # Ok::<(), its_telemetry::TelemetryError>(())
    /// ```
    pub fn tracing_layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
    {
        let exports = self.exports();
        // A list: a tree of layers takes the level of its outermost layer for that of all.
        let mut all = Vec::new();
        all.extend(lines(exports));
        all.extend(
            exports
                .logs
                .clone()
                .map(|queue| LogRecords::new(queue).with_filter(exports.level.clone()).boxed()),
        );
        all.extend(self.core().spans.get().into_iter().flat_map(span_layers));
        (!all.is_empty()).then_some(all)
    }
}

type Boxed<S> = Box<dyn Layer<S> + Send + Sync>;

fn lines<S>(exports: &Exports) -> Option<Boxed<S>>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let format = LogFormat::lines(exports.format)?;
    let layer = tracing_subscriber::fmt::layer()
        .fmt_fields(format)
        .event_format(format)
        .with_ansi(exports.colours)
        .with_writer(exports.output.clone());
    Some(layer.with_filter(exports.level.clone()).boxed())
}

/// Users' spans, with the events in them; the events of the call itself go another way.
fn span_layers<S>(spans: &Spans) -> [Boxed<S>; 2]
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let settings = &spans.settings;
    [
        CallEvents.with_filter(SampledOnly::new(settings, true)).boxed(),
        users_spans(spans.tracer.clone()).with_filter(SampledOnly::new(settings, false)).boxed(),
    ]
}

/// Makes users' spans with this tracer.
pub(super) fn users_spans<S, T>(tracer: T) -> tracing_opentelemetry::OpenTelemetryLayer<S, T>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    T: Tracer + 'static,
    T::Span: Send + Sync,
{
    // Location, threads and inactivity would be more than half of each span's bytes.
    tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
}
