//! The header by which a client learns the trace of its request.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::scope::Identity;
use crate::scope::w3c::{TraceFlags, TraceParent};

/// A response header that names the trace, sampled or not: what a user quotes when something went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TraceHeader {
    /// `x-trace-id`: the trace id, 32 hexadecimal digits.
    TraceId,
    /// `traceresponse`, as the draft of W3C Trace Context level 2 had it: version, trace id, span id, flags.
    TraceResponse,
}

impl TraceHeader {
    pub(super) fn set(self, headers: &mut HeaderMap, identity: &Identity) {
        let flags = TraceFlags::NONE.with_sampled(identity.is_sampled());
        let Some(span) = TraceParent::new(identity.trace_id(), identity.span_id(), flags) else { return };
        let bytes = span.to_bytes();
        let (name, value) = match self {
            Self::TraceId => ("x-trace-id", &bytes[3..35]),
            Self::TraceResponse => ("traceresponse", &bytes[..]),
        };
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}
