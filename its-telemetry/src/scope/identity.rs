//! The identity of a call: trace id, span id and the sampling decision, minted before anything else.

use std::fmt;

use super::random;

/// Which call this is. The same ids stand on its span, its log lines, its exemplars and its outbound headers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub(crate) trace: u128,
    pub(crate) span: u64,
    /// 0 without a parent.
    pub(crate) parent: u64,
    pub(crate) parent_is_remote: bool,
    pub(crate) sampled: bool,
}

impl Identity {
    pub(crate) const NONE: Self =
        Self { trace: 0, span: 0, parent: 0, parent_is_remote: false, sampled: false };

    /// What a thread of ours runs under whose own work must not become telemetry.
    pub(crate) const SUPPRESSED: Self = Self { trace: 1, span: 1, ..Self::NONE };

    /// A new trace; `sample` decides from the trace id.
    #[inline]
    pub(crate) fn root(sample: impl FnOnce(u128) -> bool) -> Self {
        let [high, low, span] = random::several();
        let trace = (u128::from(high) << 64) | u128::from(low);
        Self { trace, span, sampled: sample(trace), ..Self::NONE }
    }

    /// A call inside this one, on this machine.
    #[inline]
    pub(crate) fn child(&self) -> Self {
        Self { span: random::next(), parent: self.span, parent_is_remote: false, ..*self }
    }

    /// A call below a span of another service.
    pub(crate) fn below_remote(trace: u128, parent: u64, sampled: bool) -> Self {
        Self { trace, span: random::next(), parent, parent_is_remote: true, sampled }
    }

    #[inline]
    pub(crate) fn is_some(&self) -> bool {
        self.trace != 0
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
