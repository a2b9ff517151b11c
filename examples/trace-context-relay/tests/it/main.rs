//! Propagation through a real service over real connections: what goes in as headers, and what comes out.
//!
//! The cases follow <https://www.w3.org/TR/trace-context-2/> and <https://www.w3.org/TR/baggage/>.
#![allow(missing_docs)]

mod baggage;
mod calls;
mod recorder;
mod relay;
mod traceparent;
mod tracestate;
