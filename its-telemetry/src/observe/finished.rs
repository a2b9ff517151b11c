//! A call that has ended, as the rooms that keep something of it see it.

use super::{Called, Outcome, Site};
use crate::scope::{Carried, Identity, Shared};

/// What is known when a call has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finished<'a> {
    pub(crate) identity: Identity,
    pub(crate) called: Called<'a>,
    pub(crate) site: &'static Site,
    pub(crate) shared: &'a Shared,
    pub(crate) carried: Option<&'a Carried>,
    pub(crate) nanos: u64,
    pub(crate) outcome: Outcome,
    pub(crate) error_kind: Option<&'static str>,
}
