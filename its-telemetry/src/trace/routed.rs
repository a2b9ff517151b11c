//! One subscriber for all the telemetries of a test process: what is logged, and each span of the user's, goes to the
//! telemetry whose scope is current on that thread.

use std::sync::{Mutex, PoisonError};

use opentelemetry::Context;
use opentelemetry::trace::{SpanBuilder, Tracer, TracerProvider};
use opentelemetry_sdk::trace::{Sampler, SdkTracer, SdkTracerProvider, Span};
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context as Subscribed, Filter};
use tracing_subscriber::registry::LookupSpan;

use super::events::CallEvents;
use super::fields::Fields;
use super::filter::SampledOnly;
use super::layers::users_spans;
use super::logs::{LogLevel, call, frame};
use crate::core::Core;
use crate::scope::{Ambient, read};
use crate::testing::LogLine;

/// The log lines of one telemetry.
#[derive(Debug)]
pub(crate) struct Captured {
    pub(crate) level: LogLevel,
    lines: Mutex<Vec<LogLine>>,
}

impl Captured {
    pub(crate) fn new(level: LogLevel) -> Self {
        Self { level, lines: Mutex::default() }
    }

    pub(crate) fn lines(&self) -> Vec<LogLine> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Logs and users' spans, routed.
pub(crate) fn layer<S>() -> impl Layer<S> + Send + Sync + 'static
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let nobody = SdkTracerProvider::builder().with_sampler(Sampler::AlwaysOff).build().tracer("nobody");
    vec![
        Capture.with_filter(LinesOfScope).boxed(),
        CallEvents.with_filter(SpansOfScope { events_of_call: true }).boxed(),
        users_spans(RoutedTracer { nobody }).with_filter(SpansOfScope { events_of_call: false }).boxed(),
    ]
}

/// Whether what this thread logs is routed.
pub(crate) fn is_here() -> bool {
    tracing::dispatcher::get_default(|dispatch| dispatch.is::<Capture>())
}

/// Reads something of the telemetry whose scope is current.
fn of_scope<T>(read_core: impl FnOnce(&Core) -> Option<T>) -> Option<T> {
    read(|ambient| read_core(ambient.scope.as_ref()?.core())).flatten()
}

/// Keeps each line for the telemetry that it belongs to.
#[derive(Clone, Copy, Debug)]
struct Capture;

impl<S> Layer<S> for Capture
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &Event<'_>, context: Subscribed<'_, S>) {
        // A copy, and no lock: values that are formatted may log, and may enter a scope.
        let ambient = Ambient::current();
        let Some(scope) = &ambient.scope else { return };
        let Some(captured) = scope.core().captured.get() else { return };
        let spans = context.event_scope(event).into_iter().flat_map(|spans| spans.from_root());
        let line = line(event, &ambient, spans.map(|span| span.name()).collect());
        captured.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

fn line(event: &Event<'_>, ambient: &Ambient, spans: Vec<&'static str>) -> LogLine {
    let metadata = event.metadata();
    let fields = Fields::of(event);
    let scope = ambient.scope.as_ref();
    let call = call();
    LogLine {
        level: *metadata.level(),
        target: metadata.target().to_owned(),
        message: fields.message,
        fields: fields
            .attributes
            .into_iter()
            .map(|(key, value)| (key, value.as_str().into_owned()))
            .collect(),
        spans,
        tenant: scope.and_then(|scope| scope.tenant()).map(|tenant| tenant.as_str().to_owned()),
        camera: scope.and_then(|scope| scope.camera()).map(|camera| camera.as_str().to_owned()),
        frame: frame(ambient).map(str::to_owned),
        call,
    }
}

/// The log level of the telemetry whose scope is current.
#[derive(Clone, Copy, Debug)]
struct LinesOfScope;

impl<S> Filter<S> for LinesOfScope {
    fn enabled(&self, metadata: &Metadata<'_>, context: &Subscribed<'_, S>) -> bool {
        let level = || of_scope(|core| Some(core.captured.get()?.level.clone()));
        level().is_some_and(|level| Filter::<S>::enabled(&level, metadata, context))
    }

    fn callsite_enabled(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }
}

/// [`SampledOnly`] with the settings of the telemetry whose scope is current.
#[derive(Clone, Copy, Debug)]
struct SpansOfScope {
    events_of_call: bool,
}

impl<S> Filter<S> for SpansOfScope {
    fn enabled(&self, metadata: &Metadata<'_>, context: &Subscribed<'_, S>) -> bool {
        let filter =
            of_scope(|core| Some(SampledOnly::new(&core.spans.get()?.settings, self.events_of_call)));
        filter.is_some_and(|filter| Filter::<S>::enabled(&filter, metadata, context))
    }

    fn callsite_enabled(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }
}

/// Makes each span with the tracer of the telemetry whose scope is current.
#[derive(Clone, Debug)]
struct RoutedTracer {
    nobody: SdkTracer,
}

impl Tracer for RoutedTracer {
    type Span = Span;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> Span {
        let tracer = of_scope(|core| Some(core.spans.get()?.tracer.clone()));
        tracer.as_ref().unwrap_or(&self.nobody).build_with_context(builder, parent)
    }
}
