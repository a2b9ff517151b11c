//! The W3C headers: `traceparent`, `tracestate` and `baggage`, read and written without OpenTelemetry.

mod baggage;
mod flags;
mod line;
mod reason;
#[cfg(test)]
mod tests;
mod traceparent;
mod tracestate;

pub use baggage::{Baggage, BaggageDropped, OwnMembers};
pub use flags::TraceFlags;
pub use traceparent::{TraceParent, TraceParentError};
pub use tracestate::{TraceState, TraceStateError};

use http::HeaderName;

/// The name of the `traceparent` header.
pub static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// The name of the `tracestate` header.
pub static TRACESTATE: HeaderName = HeaderName::from_static("tracestate");
/// The name of the `baggage` header.
pub static BAGGAGE: HeaderName = HeaderName::from_static("baggage");
