//! The W3C headers: `traceparent` and `tracestate`, read and written without OpenTelemetry.

mod flags;
mod line;
mod reason;
#[cfg(test)]
mod tests;
mod traceparent;
mod tracestate;

pub use flags::TraceFlags;
pub use traceparent::{TraceParent, TraceParentError};
pub use tracestate::{TraceState, TraceStateError};

use http::HeaderName;

/// The name of the `traceparent` header.
pub static TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// The name of the `tracestate` header.
pub static TRACESTATE: HeaderName = HeaderName::from_static("tracestate");
