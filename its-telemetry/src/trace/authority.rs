//! The SDK's sampler: it asks the one authority that has decided for the calls already.

use std::sync::Weak;

use opentelemetry::trace::{Link, SpanKind, TraceContextExt, TraceId};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult, ShouldSample};

use super::OutsideCalls;
use super::ids::take_ours;
use crate::core::Core;
use crate::scope::{identity, read};

/// Keeps the span of a sampled call, follows the flag of a parent, then the call on this thread. Outside any call the
/// ratio decides, or nothing is kept.
#[derive(Clone, Debug)]
pub(crate) struct Authority {
    pub(crate) core: Weak<Core>,
    pub(crate) outside: OutsideCalls,
}

impl Authority {
    fn samples_outside(&self, trace: TraceId) -> bool {
        let trace = u128::from_be_bytes(trace.to_bytes());
        let Some(core) = self.core.upgrade().filter(|_| self.outside == OutsideCalls::HeadRatio) else {
            return false;
        };
        let in_scope = read(|ambient| {
            ambient.scope.as_ref().map(|scope| core.sampler.samples(trace, scope.tenant(), scope.camera()))
        });
        in_scope.flatten().unwrap_or_else(|| core.sampler.samples(trace, None, None))
    }
}

impl ShouldSample for Authority {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace: TraceId,
        _: &str,
        _: &SpanKind,
        _: &[KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        let span = parent.map(|context| context.span());
        let parent = span.as_ref().map(|span| span.span_context()).filter(|ids| ids.is_valid());
        let call = identity();
        let keep = match parent {
            _ if take_ours() => true,
            Some(parent) => parent.is_sampled(),
            None if call.is_some() => call.sampled,
            None => self.samples_outside(trace),
        };
        SamplingResult {
            decision: if keep { SamplingDecision::RecordAndSample } else { SamplingDecision::Drop },
            attributes: Vec::new(),
            trace_state: parent.map(|parent| parent.trace_state().clone()).unwrap_or_default(),
        }
    }
}
