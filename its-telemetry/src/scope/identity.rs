//! The identity of a call: trace id, span id and the sampling decision, minted before anything else.

use std::fmt;

use super::random;
use super::w3c::TraceParent;

/// Which call this is. The same ids stand on its span, its log lines, its exemplars and its outbound headers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub(crate) trace: u128,
    pub(crate) span: u64,
    /// 0 without a parent.
    pub(crate) parent: u64,
    /// Of an identity without a parent: it is itself a span of another service.
    pub(crate) parent_is_remote: bool,
    pub(crate) sampled: bool,
    /// The trace id is known to be random, which is passed on.
    pub(crate) random: bool,
}

impl Identity {
    pub(crate) const NONE: Self =
        Self { trace: 0, span: 0, parent: 0, parent_is_remote: false, sampled: false, random: false };

    /// What a thread of ours runs under whose own work must not become telemetry.
    pub(crate) const SUPPRESSED: Self = Self { trace: 1, span: 1, ..Self::NONE };

    /// A new trace; `sample` decides from the trace id.
    #[inline]
    pub(crate) fn root(sample: impl FnOnce(u128) -> bool) -> Self {
        let [high, low, span] = random::several();
        let trace = (u128::from(high) << 64) | u128::from(low);
        Self { trace, span, sampled: sample(trace), random: true, ..Self::NONE }
    }

    /// A call inside this one.
    #[inline]
    pub(crate) fn child(&self) -> Self {
        let parent_is_remote = self.parent_is_remote && self.parent == 0;
        Self { span: random::next(), parent: self.span, parent_is_remote, ..*self }
    }

    /// A span of another service; its children are calls of ours.
    #[inline]
    pub(crate) fn of_remote(span: &TraceParent) -> Self {
        Self {
            trace: span.trace_id(),
            span: span.parent_id(),
            parent: 0,
            parent_is_remote: true,
            sampled: span.flags().is_sampled(),
            random: span.flags().is_random(),
        }
    }

    #[inline]
    pub(crate) fn is_some(&self) -> bool {
        self.trace != 0
    }

    /// Whether this thread is one of ours that must not become telemetry.
    #[cfg(feature = "otlp")]
    pub(crate) fn is_suppressed(&self) -> bool {
        *self == Self::SUPPRESSED
    }

    /// The trace id, as 128 bits.
    pub fn trace_id(&self) -> u128 {
        self.trace
    }

    /// The span id of this call.
    pub fn span_id(&self) -> u64 {
        self.span
    }

    /// The span id of the caller, if there is one.
    pub fn parent_span_id(&self) -> Option<u64> {
        (self.parent != 0).then_some(self.parent)
    }

    /// Whether the call was chosen by head sampling. A failed or slow call is exported all the same.
    pub fn is_sampled(&self) -> bool {
        self.sampled
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("trace_id", &format_args!("{:032x}", self.trace))
            .field("span_id", &format_args!("{:016x}", self.span))
            .field("parent_span_id", &format_args!("{:016x}", self.parent))
            .field("sampled", &self.sampled)
            .finish()
    }
}
