//! The context of a request to the next service.

use http::HeaderMap;

use super::id::INVALID;
use super::w3c::{self, Baggage, OwnMembers, TraceFlags, TraceParent, TraceState};
use super::{Ambient, Identity, identity, read};

/// Writes the context of the call on this thread: `traceparent`, `tracestate` and `baggage`, replacing what was there.
///
/// For clients without a layer. Without a call the headers stay as they are; without a tenant, a camera, a frame and
/// baggage to pass on, no `baggage` is sent.
///
/// ```
/// # use http::HeaderMap;
/// let mut headers = HeaderMap::new();
/// its_telemetry::scope::inject(&mut headers);
/// ```
pub fn inject(headers: &mut HeaderMap) {
    read(|ambient| inject_call(headers, &identity(), ambient, true));
}

/// Writes the context of one call. Baggage stays here when the next service is a stranger's.
pub(crate) fn inject_call(headers: &mut HeaderMap, call: &Identity, ambient: &Ambient, baggage: bool) {
    if *call == Identity::SUPPRESSED {
        return;
    }
    let mut flags = TraceFlags::NONE.with_sampled(call.sampled);
    if call.random {
        flags = flags | TraceFlags::RANDOM;
    }
    let Some(parent) = TraceParent::new(call.trace, call.span, flags) else { return };
    let (no_state, no_baggage) = (TraceState::default(), Baggage::default());
    let carried = ambient.carried.as_deref();
    let header = baggage.then(|| {
        let scope = ambient.scope.as_ref();
        let valid = |id: &&str| *id != INVALID;
        let own = OwnMembers {
            tenant: scope.and_then(|scope| scope.tenant()).map(AsRef::as_ref).filter(valid),
            camera: scope.and_then(|scope| scope.camera()).map(AsRef::as_ref).filter(valid),
            frame: carried.and_then(|carried| carried.frame.as_ref()).map(AsRef::as_ref),
        };
        let (header, dropped) = carried.map_or(&no_baggage, |carried| &carried.baggage).to_header(&own);
        if let (Some(scope), 1..) = (scope, dropped.total()) {
            for (reason, count) in dropped.counts().into_iter().filter(|(_, count)| *count > 0) {
                scope.core().dropped.add("propagation", reason, count);
            }
        }
        header
    });
    let state = carried.map_or(&no_state, |carried| &carried.state);
    w3c::inject(headers, &parent, state, header.flatten());
}
