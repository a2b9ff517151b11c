//! The propagator for users who inject and extract through OpenTelemetry.

use std::collections::HashMap;

use http::{HeaderMap, HeaderValue};
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::propagation::BaggagePropagator;

use super::ids::{is_random, span_context};
use crate::scope::w3c::{BAGGAGE, Incoming, TRACEPARENT, TRACESTATE, TraceFlags, TraceParent};
use crate::scope::{Carried, Identity, identity, inject};

/// W3C Trace Context and Baggage. An unsampled call has no OpenTelemetry context; its identity is written all the same,
/// and so are tenant, camera and frame.
#[derive(Debug)]
pub struct Propagator {
    baggage: BaggagePropagator,
    fields: [String; 3],
}

impl Propagator {
    /// The propagator that [`install`](crate::TelemetryBuilder::install) makes the global one.
    pub fn new() -> Self {
        let fields = [&TRACEPARENT, &TRACESTATE, &BAGGAGE].map(|name| name.as_str().to_owned());
        Self { baggage: BaggagePropagator::new(), fields }
    }

    /// The members of the call and those that the user put into the context; the call knows better about its own.
    fn merged(&self, context: &Context, own: &str) -> String {
        let keys: Vec<&str> = own.split(',').filter_map(|member| Some(member.split_once('=')?.0)).collect();
        let others = context.baggage().iter().filter(|(key, _)| !keys.contains(&key.as_str()));
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

/// `traceparent` and `tracestate` of the span in the context.
fn of_span(context: &Context) -> Option<(String, String)> {
    let span = context.span();
    let ids = span.span_context();
    let trace = u128::from_be_bytes(ids.trace_id().to_bytes());
    let call = identity();
    let mut flags = TraceFlags::NONE.with_sampled(ids.is_sampled());
    // The SDK does not hand this flag on to its spans.
    if is_random(ids) || (call.random && call.trace == trace) {
        flags = flags | TraceFlags::RANDOM;
    }
    let parent = TraceParent::new(trace, u64::from_be_bytes(ids.span_id().to_bytes()), flags)?;
    Some((parent.to_header().to_str().ok()?.to_owned(), ids.trace_state().header()))
}

impl TextMapPropagator for Propagator {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        let mut call = HeaderMap::new();
        inject(&mut call);
        let header = |name| call.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let of_call = || {
            let state = header(&TRACESTATE).unwrap_or_default();
            Some((header(&TRACEPARENT)?.to_owned(), state.to_owned()))
        };
        if let Some((parent, state)) = of_span(context).or_else(of_call) {
            injector.set(TRACEPARENT.as_str(), parent);
            if !state.is_empty() {
                injector.set(TRACESTATE.as_str(), state);
            }
        }
        match header(&BAGGAGE) {
            None => self.baggage.inject_context(context, injector),
            Some(own) => injector.set(BAGGAGE.as_str(), self.merged(context, own)),
        }
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        let names = [TRACEPARENT.as_str(), TRACESTATE.as_str()];
        let lines =
            |name| extractor.get_all(name).unwrap_or_default().into_iter().map(move |line| (name, line));
        let headers: Vec<_> = names.into_iter().flat_map(lines).collect();
        let incoming = Incoming::from_pairs(headers.iter().copied());
        let context = match incoming.parent {
            None => context.clone(),
            Some(parent) => {
                let caller = Identity::of_remote(&parent);
                let carried = Carried { state: incoming.state, ..Carried::default() };
                let ids = span_context(&caller, caller.span, caller.sampled, true, Some(&carried));
                context.with_remote_span_context(ids)
            }
        };
        self.baggage.extract_with_context(&context, extractor)
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.fields)
    }
}
