//! A call that has ended, as the rooms that keep something of it see it.

use super::{Called, Outcome};
use crate::instruments::call::CallLabels;
#[cfg(feature = "http")]
use crate::instruments::request::{RequestMetrics, Status};
use crate::scope::{Carried, Identity, Shared};

/// What is known when a call has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finished<'a> {
    pub(crate) identity: Identity,
    pub(crate) called: Called<'a>,
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only the exported spans read it"))]
    pub(crate) details: Details<'a>,
    pub(crate) shared: &'a Shared,
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only the exported spans read it"))]
    pub(crate) carried: Option<&'a Carried>,
    pub(crate) nanos: u64,
    /// The part of them that says whether the call was slow.
    pub(crate) judged_nanos: u64,
    pub(crate) outcome: Outcome,
    pub(crate) error_kind: Option<&'static str>,
}

/// What tells a call from others, known at run time at the latest.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Details<'a> {
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only the exported spans read it"))]
    Function(CallLabels<'a>),
    #[cfg(feature = "http")]
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only the exported spans read it"))]
    Request(&'a RequestMetrics, Status),
}
