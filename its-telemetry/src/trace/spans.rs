//! The tracer and the queue that the spans of one telemetry go through.

use std::cell::Cell;
use std::sync::Weak;
use std::time::Duration;

use opentelemetry::trace::{SpanBuilder, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, InstrumentationScope};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, Span, SpanData, SpanProcessor};

use super::authority::Authority;
use super::export::{Limits, MakeSink, Queue, Signal, Tally};
use super::ids::{Ids, span_context, with_next};
use super::rate_limit::RateLimit;
use super::settings::SpanSettings;
use super::{rescue, slot};
use crate::core::Core;
use crate::observe::{Called, Finished};
use crate::scope::{Carried, Identity};

/// Where the calls of one telemetry leave their spans.
#[derive(Debug)]
pub(crate) struct Spans {
    pub(crate) queue: Queue<SpanData>,
    pub(crate) provider: SdkTracerProvider,
    pub(crate) tracer: SdkTracer,
    pub(crate) settings: SpanSettings,
    library: InstrumentationScope,
    rescues: RateLimit,
}

/// The instrumentation scope that spans, logs and metrics name as their origin.
pub(crate) fn library() -> InstrumentationScope {
    InstrumentationScope::builder("its-telemetry").with_version(env!("CARGO_PKG_VERSION")).build()
}

impl Spans {
    /// # Errors
    /// When the exporter cannot be made.
    pub(crate) fn start_export(
        core: Weak<Core>,
        settings: SpanSettings,
        limits: Limits,
        resource: &Resource,
        make: MakeSink<SpanData>,
    ) -> Result<Self, String> {
        let tally = Tally::new(Signal::Traces, core.clone());
        let queue = Queue::start(limits, tally, resource.clone(), make)?;
        let provider = SdkTracerProvider::builder()
            .with_span_processor(Processor(queue.clone()))
            .with_sampler(Authority { core, outside: settings.outside })
            .with_id_generator(Ids)
            .with_resource(resource.clone())
            .build();
        let library = library();
        let tracer = provider.tracer_with_scope(library.clone());
        let rescues = RateLimit::new(settings.rescue_rate.0, settings.rescue_rate.1);
        Ok(Self { queue, provider, tracer, settings, library, rescues })
    }

    /// Starts the span of a sampled call: the active context with that span.
    pub(crate) fn start(&self, call: &Identity, called: Called<'_>, carried: Option<&Carried>) -> Context {
        let parent = match call.parent {
            0 => Context::new(),
            // It carries our decision, not the flag that came in, so that a parent-based sampler agrees.
            parent => {
                let parent = span_context(call, parent, true, call.parent_is_remote, carried);
                Context::new().with_remote_span_context(parent)
            }
        };
        let builder = SpanBuilder::from_name(rescue::name(called)).with_kind(rescue::kind(called));
        let span = with_next(*call, || self.tracer.build_with_context(builder, &parent));
        let mut span = Some(span);
        let active = slot::with_context(|context| span.take().map(|span| context.with_span(span)));
        active.flatten().unwrap_or_else(|| match span {
            Some(span) => Context::new().with_span(span),
            None => Context::new(),
        })
    }

    /// Exports an unsampled call that failed or was slow, as far as the rate limit allows.
    pub(crate) fn rescue(&self, call: &Finished<'_>) -> bool {
        let Some(reason) = rescue::reason(call) else { return call.identity.sampled };
        let core = &call.shared.core;
        if !self.rescues.allows(core.clock.now()) {
            core.dropped.add(Signal::Traces.as_str(), "rescue_rate", 1);
            return false;
        }
        self.queue.push(rescue::span(call, reason, self.library.clone()));
        true
    }
}

/// Hands finished spans of the SDK to the queue.
#[derive(Debug)]
struct Processor(Queue<SpanData>);

impl SpanProcessor for Processor {
    fn on_start(&self, _: &mut Span, _: &Context) {}

    fn on_end(&self, span: SpanData) {
        if !Discarding::goes_on() {
            self.0.push(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        let timeout = Duration::from_secs(5);
        if self.0.flush(timeout) { Ok(()) } else { Err(OTelSdkError::Timeout(timeout)) }
    }

    /// The queue is closed by the telemetry, which knows its deadline and counts what is lost.
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

thread_local! {
    static DISCARDING: Cell<bool> = const { Cell::new(false) };
}

/// While it lives, spans that end on this thread are thrown away: the SDK cannot cancel one.
pub(crate) struct Discarding(());

impl Discarding {
    pub(crate) fn begin() -> Self {
        DISCARDING.set(true);
        Self(())
    }

    fn goes_on() -> bool {
        DISCARDING.get()
    }
}

impl Drop for Discarding {
    fn drop(&mut self) {
        DISCARDING.set(false);
    }
}
