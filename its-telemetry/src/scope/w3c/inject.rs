//! The headers of a request to the next service.

use super::{BAGGAGE, TRACEPARENT, TRACESTATE, TraceParent, TraceState};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Sets the three headers, and only as given: what they were before is replaced, also by nothing.
///
/// `parent` is the span that calls, not the one it was called from. `baggage` is what
/// [`Baggage::to_header`](super::Baggage::to_header) made; `None` sends none.
pub fn inject(
    headers: &mut HeaderMap,
    parent: &TraceParent,
    state: &TraceState,
    baggage: Option<HeaderValue>,
) {
    headers.insert(TRACEPARENT.clone(), parent.to_header());
    set(headers, &TRACESTATE, state.header().cloned());
    set(headers, &BAGGAGE, baggage);
}

fn set(headers: &mut HeaderMap, name: &HeaderName, value: Option<HeaderValue>) {
    match value {
        Some(value) => drop(headers.insert(name.clone(), value)),
        None => drop(headers.remove(name)),
    }
}

/// Hands the name and value of each header to `set`, for carriers other than HTTP. A header without a value
/// is left out, so the carrier has to be one that does not have them yet.
///
/// ```
/// # use its_telemetry::scope::w3c::{TraceFlags, TraceParent, TraceState, inject_pairs};
/// # use std::collections::HashMap;
/// let parent = TraceParent::new(1, 2, TraceFlags::SAMPLED).expect("ids that are not zero");
/// let mut message = HashMap::new();
/// inject_pairs(&parent, &TraceState::default(), None, |name, value| {
///     message.insert(name, value.to_owned());
/// });
/// assert_eq!(message["traceparent"], "00-00000000000000000000000000000001-0000000000000002-01");
/// ```
pub fn inject_pairs(
    parent: &TraceParent,
    state: &TraceState,
    baggage: Option<&HeaderValue>,
    mut set: impl FnMut(&'static str, &str),
) {
    if let Ok(parent) = std::str::from_utf8(&parent.to_bytes()) {
        set(TRACEPARENT.as_str(), parent);
    }
    for (name, value) in [(&TRACESTATE, state.header()), (&BAGGAGE, baggage)] {
        if let Some(value) = value.and_then(|value| value.to_str().ok()) {
            set(name.as_str(), value);
        }
    }
}
