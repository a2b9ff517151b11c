//! Identity and scope: whose call it is, which call it is, and how both travel.
//!
//! Headers or a [`Scope`] flow in; every call made on the thread then has the tenant, the camera and a place in the
//! trace. `w3c` reads and writes the headers.

mod ambient;
mod carried;
mod frame;
mod governor;
mod id;
mod identity;
mod incoming;
mod outgoing;
mod random;
#[allow(clippy::module_inception)]
mod scope;
mod table;
pub mod w3c;

pub use frame::FrameId;
pub use id::{CameraId, IdError, MAX_ID_LENGTH, TenantId};
pub use identity::Identity;
pub use incoming::{Remote, extract};
pub use outgoing::inject;
pub use scope::{InScope, Scope, carry, carry_fn};

pub(crate) use ambient::{Ambient, Entered, enter, identity, read};
pub(crate) use carried::Carried;
pub(crate) use governor::Governor;
#[cfg(feature = "admin")]
pub(crate) use governor::Places;
#[cfg(feature = "http")]
pub(crate) use incoming::{Arrival, Known, arrive};
#[cfg(feature = "http")]
pub(crate) use outgoing::inject_call;
pub(crate) use scope::{Lane, Shared, TenantMetrics};
pub(crate) use table::Table;
