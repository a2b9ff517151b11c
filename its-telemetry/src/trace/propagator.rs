//! The propagator for users who inject through OpenTelemetry.

use opentelemetry::Context;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};

use super::ids::span_context;
use crate::scope::identity;

/// W3C Trace Context and Baggage. An unsampled call has no OpenTelemetry context; its identity is written all the same.
#[derive(Debug)]
pub struct Propagator {
    context: TraceContextPropagator,
    baggage: BaggagePropagator,
    fields: Vec<String>,
}

impl Propagator {
    /// The propagator that [`install`](crate::TelemetryBuilder::install) makes the global one.
    pub fn new() -> Self {
        let (context, baggage) = (TraceContextPropagator::new(), BaggagePropagator::new());
        let fields = context.fields().chain(baggage.fields()).map(str::to_owned).collect();
        Self { context, baggage, fields }
    }
}

impl Default for Propagator {
    fn default() -> Self {
        Self::new()
    }
}

impl TextMapPropagator for Propagator {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        let call = identity();
        if context.span().span_context().is_valid() || !call.is_some() || call.is_suppressed() {
            self.context.inject_context(context, injector);
        } else {
            let ids = span_context(call.trace, call.span, call.sampled, false);
            self.context.inject_context(&Context::new().with_remote_span_context(ids), injector);
        }
        self.baggage.inject_context(context, injector);
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        let context = self.context.extract_with_context(context, extractor);
        self.baggage.extract_with_context(&context, extractor)
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.fields)
    }
}
