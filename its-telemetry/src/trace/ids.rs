//! How the SDK gets the ids that a call already has.

use std::cell::Cell;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use opentelemetry_sdk::trace::IdGenerator;

use crate::scope::{Carried, Identity, identity};

/// The flag of level 2 of the specification that says that the trace id is random.
const RANDOM: u8 = 2;

thread_local! {
    /// The identity that the next span takes.
    static NEXT: Cell<Identity> = const { Cell::new(Identity::NONE) };
    /// The identity that the span being started has taken.
    static TAKEN: Cell<Identity> = const { Cell::new(Identity::NONE) };
}

/// Runs `start`, in which the SDK starts one span: that span takes `id`.
pub(crate) fn with_next<T>(id: Identity, start: impl FnOnce() -> T) -> T {
    struct Clear;
    impl Drop for Clear {
        fn drop(&mut self) {
            NEXT.set(Identity::NONE);
            TAKEN.set(Identity::NONE);
        }
    }
    NEXT.set(id);
    let _clear = Clear;
    start()
}

/// Whether the span being started is that of a call; true once.
pub(super) fn take_ours() -> bool {
    TAKEN.replace(Identity::NONE).is_some()
}

/// The ids of our calls for their spans, new ones for the users' spans.
///
/// The SDK asks for the span id first, then for the trace id if there is no parent, then the sampler.
#[derive(Debug)]
pub(crate) struct Ids;

impl IdGenerator for Ids {
    fn new_span_id(&self) -> SpanId {
        let next = NEXT.replace(Identity::NONE);
        TAKEN.set(next);
        let id = if next.is_some() { next } else { Identity::root(|_| false) };
        SpanId::from(id.span)
    }

    fn new_trace_id(&self) -> TraceId {
        let known = [TAKEN.get(), identity()].into_iter().find(Identity::is_some);
        TraceId::from(known.unwrap_or_else(|| Identity::root(|_| false)).trace)
    }
}

/// Whether a span says that the id of its trace is random.
pub(crate) fn is_random(span: &SpanContext) -> bool {
    span.trace_flags().to_u8() & RANDOM != 0
}

/// One of the spans of a call as OpenTelemetry spells it: the call's own or its parent.
pub(crate) fn span_context(
    call: &Identity,
    span: u64,
    sampled: bool,
    remote: bool,
    carried: Option<&Carried>,
) -> SpanContext {
    let random = if call.random { RANDOM } else { 0 };
    let flags = TraceFlags::new(random).with_sampled(sampled);
    let state = carried.filter(|carried| !carried.state.is_empty());
    let state = state.and_then(|carried| carried.state.as_str().parse().ok()).unwrap_or(TraceState::NONE);
    SpanContext::new(TraceId::from(call.trace), SpanId::from(span), flags, remote, state)
}
