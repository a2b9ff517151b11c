//! Without the feature `otlp` a call has an identity and no span.

use super::{Called, Finished, Site};
use crate::scope::{Carried, Identity, Shared};

/// The span of a sampled call.
#[derive(Debug)]
pub(crate) struct CallSpan;

impl CallSpan {
    pub(crate) const NONE: Self = Self;

    #[inline]
    pub(crate) fn child_of(parent: &Identity) -> Identity {
        parent.child()
    }

    pub(crate) fn start(
        _: &Identity,
        _: Called<'_>,
        _: &'static Site,
        _: &Shared,
        _: Option<&Carried>,
    ) -> Self {
        Self
    }

    #[inline]
    pub(crate) fn attach(&self) -> Attached {
        Attached
    }

    /// Whether the call's ids are worth an exemplar.
    pub(crate) fn end(self, finished: &Finished<'_>) -> bool {
        finished.identity.sampled
    }
}

/// What a task takes along so that spans made in it find their parent.
#[derive(Clone, Debug)]
pub(crate) struct SpanContext;

impl SpanContext {
    #[inline]
    pub(crate) fn current() -> Self {
        Self
    }

    #[inline]
    pub(crate) fn attach(&self) -> Attached {
        Attached
    }
}

/// While it lives, spans have the call as their parent.
#[derive(Debug)]
pub(crate) struct Attached;
