//! The propagator for users who inject through OpenTelemetry.

use std::collections::HashMap;

use http::{HeaderMap, HeaderValue};
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::propagation::{BaggagePropagator, TraceContextPropagator};

use crate::scope::inject;
use crate::scope::w3c::{BAGGAGE, TRACEPARENT, TRACESTATE};

/// W3C Trace Context and Baggage. An unsampled call has no OpenTelemetry context; its identity is written all the same,
/// and so are tenant, camera and frame.
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

impl Propagator {
    /// The members of the call and those that the user put into the context; the call knows better about its own.
    fn merged(&self, context: &Context, own: &str) -> String {
        let keys: Vec<&str> = own.split(',').filter_map(|member| Some(member.split_once('=')?.0)).collect();
        let baggage = context.baggage().iter();
        let others = baggage.filter(|(key, _)| !keys.contains(&key.as_str()));
        let others = others.map(|(key, (value, _))| KeyValue::new(key.clone(), value.clone()));
        let mut headers = HashMap::new();
        self.baggage.inject_context(&Context::new().with_baggage(others), &mut headers);
        headers.remove(BAGGAGE.as_str()).map_or_else(|| own.to_owned(), |others| format!("{own},{others}"))
    }
}

impl Default for Propagator {
    fn default() -> Self {
        Self::new()
    }
}

impl TextMapPropagator for Propagator {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        let mut call = HeaderMap::new();
        inject(&mut call);
        let header = |name| call.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        if context.span().span_context().is_valid() || call.is_empty() {
            self.context.inject_context(context, injector);
        } else {
            for name in [&TRACEPARENT, &TRACESTATE] {
                if let Some(value) = header(name) {
                    injector.set(name.as_str(), value.to_owned());
                }
            }
        }
        match header(&BAGGAGE) {
            None => self.baggage.inject_context(context, injector),
            Some(own) => injector.set(BAGGAGE.as_str(), self.merged(context, own)),
        }
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        let context = self.context.extract_with_context(context, extractor);
        self.baggage.extract_with_context(&context, extractor)
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.fields)
    }
}
