//! Observation: one place measures, for macros, layers and streams alike.
//!
//! A [`Site`] and the scope on the thread flow in; outcome, duration and in-flight flow out to the registry, ids to
//! traces and logs. The call starts as `cancelled`; only finishing it says otherwise.

mod call;
#[cfg_attr(feature = "otlp", path = "../trace/call_span.rs")]
mod call_span;
mod error_kind;
mod finished;
mod journal;
mod name;
mod observation;
mod outcome;
#[cfg(feature = "http")]
mod request;
mod site;
mod stream;
mod verdict;
mod watched;

pub use call::{Call, Prepared, batch};
pub use error_kind::ErrorKind;
pub use observation::Observation;
pub use outcome::Outcome;
pub use site::{Kind, Site};
pub use stream::ObservedStream;
pub use verdict::{ByDefault, ByErrorKind, ByResult, Returned, Verdict, holds};
pub use watched::Watched;

pub(crate) use call_span::{Attached, SpanContext};
pub(crate) use finished::{Details, Finished};
#[cfg(feature = "admin")]
pub(crate) use journal::Entry;
pub(crate) use journal::Journal;
pub(crate) use name::{Called, Name, SpanKind};
pub(crate) use site::TOTAL;
