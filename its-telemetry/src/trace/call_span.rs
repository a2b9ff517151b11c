//! The span of a call: an SDK span in an attached context when the call is sampled, and nothing when it is not.
//!
//! There is no `tracing` span of ours: what log lines show does not depend on sampling, and no level filter can lose an
//! exported call.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

use super::{Called, Finished, Site};
use crate::scope::{Carried, Identity, Shared};
use crate::trace::slot::{self, OpenCall};
use crate::trace::{Discarding, rescue};

pub(crate) use crate::trace::slot::Attached;

/// The span of a sampled call.
#[derive(Debug)]
pub(crate) struct CallSpan(Option<Box<OpenCall>>);

impl CallSpan {
    pub(crate) const NONE: Self = Self(None);

    /// The identity of a call inside `parent`. A span of the user's may lie between the two when they are sampled.
    #[inline]
    pub(crate) fn child_of(parent: &Identity) -> Identity {
        let child = parent.child();
        if parent.sampled { below_innermost(child) } else { child }
    }

    pub(crate) fn start(
        identity: &Identity,
        called: Called<'_>,
        _: &'static Site,
        shared: &Shared,
        carried: Option<&Carried>,
    ) -> Self {
        let open = |spans: &crate::trace::Spans| {
            Box::new(OpenCall { context: spans.start(identity, called, carried), span: identity.span })
        };
        Self(shared.core.spans.get().map(open))
    }

    #[inline]
    pub(crate) fn attach(&self) -> Attached {
        match &self.0 {
            None => Attached::NOTHING,
            Some(open) => slot::attach(&open.context, Some(open)),
        }
    }

    #[cold]
    fn discard(&mut self) {
        let _discarding = Discarding::begin();
        self.0 = None;
    }

    /// Ends the span, or exports a call afterwards that was not sampled and should have been. Returns whether there is
    /// a trace to point to.
    pub(crate) fn end(mut self, finished: &Finished<'_>) -> bool {
        match (self.0.take(), finished.shared.core.spans.get()) {
            (Some(open), _) => {
                let span = open.context.span();
                // The route of a request is known late.
                span.update_name(rescue::name(finished.called));
                span.set_attributes(rescue::attributes(finished));
                span.set_status(rescue::status(finished));
                span.end();
                true
            }
            (None, Some(spans)) => spans.rescue(finished),
            // Without an exporter the decision still shows which calls a collector would have had.
            (None, None) => finished.identity.sampled,
        }
    }
}

impl Drop for CallSpan {
    /// A call that is not recorded leaves no span either.
    #[inline]
    fn drop(&mut self) {
        if self.0.is_some() {
            self.discard();
        }
    }
}

#[cold]
fn below_innermost(child: Identity) -> Identity {
    let innermost = |context: &Context| {
        let span = context.span();
        let ids = span.span_context();
        let same_trace = ids.trace_id().to_bytes() == child.trace.to_be_bytes();
        same_trace.then(|| (u64::from_be_bytes(ids.span_id().to_bytes()), ids.is_remote()))
    };
    match slot::with_context(innermost).flatten() {
        Some((parent, parent_is_remote)) => Identity { parent, parent_is_remote, ..child },
        None => child,
    }
}

/// What a task takes along so that spans made in it find their parent.
#[derive(Clone, Debug)]
pub(crate) struct SpanContext(Option<Box<(Context, Option<OpenCall>)>>);

impl SpanContext {
    #[inline]
    pub(crate) fn current() -> Self {
        let identity = crate::scope::identity();
        // In an unsampled call no span is open.
        if identity.is_some() && !identity.sampled { Self(None) } else { Self(slot::capture().map(Box::new)) }
    }

    #[inline]
    pub(crate) fn attach(&self) -> Attached {
        match &self.0 {
            None => Attached::NOTHING,
            Some(captured) => slot::attach(&captured.0, captured.1.as_ref()),
        }
    }
}
