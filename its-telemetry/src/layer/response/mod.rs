//! The response of a request that is being measured, the same for every protocol.

mod body;
mod exchange;
mod future;
mod trace_header;
mod verdict;

pub use body::ResponseBody;
pub use future::ResponseFuture;
pub use trace_header::TraceHeader;

pub(super) use exchange::Exchange;
pub(super) use future::Answer;
