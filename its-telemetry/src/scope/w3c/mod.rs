//! The W3C headers: `traceparent`, `tracestate` and `baggage`, read and written without OpenTelemetry.
//!
//! In flows what a peer sent, hostile or not: [`Incoming`] reads it from a [`HeaderMap`](http::HeaderMap) or
//! from any carrier of string pairs and never fails; what it could not use it leaves out and lists in
//! [`Rejected`]. Out flows [`inject`], which replaces whatever the three headers said before.
//!
//! ```
//! use http::{HeaderMap, HeaderValue};
//! use its_telemetry::scope::w3c::{Incoming, OwnMembers, TraceParent, inject};
//!
//! let mut request = HeaderMap::new();
//! let caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
//! request.insert("traceparent", HeaderValue::from_static(caller));
//! request.insert("baggage", HeaderValue::from_static("its.tenant.id=metro,color=red"));
//!
//! let incoming = Incoming::from_headers(&request);
//! let caller = incoming.parent.expect("a valid traceparent");
//! assert_eq!(incoming.baggage.tenant().as_deref(), Some("metro"));
//!
//! // The call's own span id is the parent of the next service's.
//! let own = TraceParent::new(caller.trace_id(), 0x17, caller.flags()).expect("ids that are not zero");
//! let members = OwnMembers { tenant: Some("metro"), camera: Some("gate 4"), frame: None };
//! let (baggage, _dropped) = incoming.baggage.to_header(&members);
//!
//! let mut outgoing = HeaderMap::new();
//! inject(&mut outgoing, &own, &incoming.state, baggage);
//! assert_eq!(outgoing["traceparent"], "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000017-01");
//! assert_eq!(outgoing["baggage"], "its.tenant.id=metro,its.camera.id=gate%204,color=red");
//! ```
//!
//! # What is held to
//!
//! | header | rule |
//! |---|---|
//! | `traceparent` | [Trace Context level 2]: version 00 exactly, higher ones by their first 55 characters |
//! | `tracestate` | at most 32 members and 8192 bytes, else discarded whole; forwarded as it came |
//! | `baggage` | [Baggage]: at most 64 members and 8192 bytes; single members are dropped, the rest is kept |
//!
//! Header values kept here share the buffer they were received in: keep them for as long as a call lasts, not
//! longer.
//!
//! [Trace Context level 2]: https://www.w3.org/TR/trace-context-2/
//! [Baggage]: https://www.w3.org/TR/baggage/

mod baggage;
mod flags;
mod incoming;
mod inject;
mod line;
mod reason;
#[cfg(test)]
mod tests;
mod traceparent;
mod tracestate;

pub(crate) use baggage::View as BaggageView;
pub use baggage::{Baggage, BaggageDropped, OwnMembers};
pub use flags::TraceFlags;
pub use incoming::{Incoming, Rejected};
pub use inject::{inject, inject_pairs};
pub use traceparent::{TraceParent, TraceParentError};
pub use tracestate::{TraceState, TraceStateError};

use http::HeaderName;

/// The name of the `traceparent` header.
pub static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// The name of the `tracestate` header.
pub static TRACESTATE: HeaderName = HeaderName::from_static("tracestate");
/// The name of the `baggage` header.
pub static BAGGAGE: HeaderName = HeaderName::from_static("baggage");
