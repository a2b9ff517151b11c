//! What a request brings: the caller, the other systems' state, the baggage, and a list of what was unusable.

use super::line::{Line, lines};
use super::{
    BAGGAGE, Baggage, BaggageDropped, TRACEPARENT, TRACESTATE, TraceParent, TraceParentError, TraceState,
    TraceStateError,
};
use http::{HeaderMap, HeaderName};

/// The context of a request. Reading it cannot fail: what is unusable is left out.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// The caller; `None` when a new trace has to be started.
    pub parent: Option<TraceParent>,
    /// To be passed on; empty without a parent.
    pub state: TraceState,
    /// To be passed on; does not depend on the parent.
    pub baggage: Baggage,
    /// What was left out, and why.
    pub rejected: Rejected,
}

/// What was left out of an [`Incoming`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rejected {
    /// Why there is no parent, although there was a header.
    pub traceparent: Option<TraceParentError>,
    /// Why there is no state, although there was a header.
    pub tracestate: Option<TraceStateError>,
    /// The members of the baggage that are missing.
    pub baggage: BaggageDropped,
}

impl Incoming {
    /// Reads the headers of a request.
    pub fn from_headers(headers: &HeaderMap) -> Self {
        Self::from_lines(|name| lines(headers, name))
    }

    /// Reads pairs of names and values, as messages of Kafka, MQTT or NATS carry them. Names in any case; a
    /// name may occur more than once. The pairs are gone through a few times.
    ///
    /// ```
    /// # use its_telemetry::scope::w3c::Incoming;
    /// let caller = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// let incoming = Incoming::from_pairs([("key", "7"), ("traceparent", caller)]);
    /// assert!(incoming.parent.is_some());
    /// ```
    pub fn from_pairs<'k, 'v, K, V>(pairs: impl IntoIterator<Item = (&'k K, &'v V), IntoIter: Clone>) -> Self
    where
        K: AsRef<str> + ?Sized + 'k,
        V: AsRef<[u8]> + ?Sized + 'v,
    {
        let pairs = pairs.into_iter();
        Self::from_lines(|name| {
            let named = pairs.clone().filter(|(key, _)| key.as_ref().eq_ignore_ascii_case(name.as_str()));
            named.map(|(_, value)| Line::Bytes(value.as_ref()))
        })
    }

    fn from_lines<'a, I>(lines: impl Fn(&'static HeaderName) -> I) -> Self
    where
        I: Iterator<Item = Line<'a>>,
    {
        let (baggage, dropped) = Baggage::from_lines(|| lines(&BAGGAGE));
        let mut incoming = Self { baggage, ..Self::default() };
        incoming.rejected.baggage = dropped;
        match TraceParent::from_lines(lines(&TRACEPARENT)) {
            Ok(parent) => incoming.parent = parent,
            Err(error) => incoming.rejected.traceparent = Some(error),
        }
        let mut state = lines(&TRACESTATE);
        let state = match incoming.parent {
            Some(_) => TraceState::from_lines(state),
            None if state.next().is_some() => Err(TraceStateError::WithoutParent),
            None => Ok(TraceState::default()),
        };
        match state {
            Ok(state) => incoming.state = state,
            Err(error) => incoming.rejected.tracestate = Some(error),
        }
        incoming
    }
}

impl Rejected {
    /// The reasons that apply, each with its count, for
    /// `its_telemetry_dropped_total{signal="propagation",reason}`.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let parent = self.traceparent.map(|error| (error.as_str(), 1));
        let state = self.tracestate.map(|error| (error.as_str(), 1));
        let baggage = self.baggage.counts().into_iter().filter(|(_, count)| *count > 0);
        parent.into_iter().chain(state).chain(baggage)
    }

    /// Every reason that [`counts`](Self::counts) can name.
    pub fn reasons() -> impl Iterator<Item = &'static str> {
        let parent = TraceParentError::ALL.iter().map(|error| error.as_str());
        let state = TraceStateError::ALL.iter().map(|error| error.as_str());
        let baggage = BaggageDropped::default().counts().into_iter().map(|(reason, _)| reason);
        parent.chain(state).chain(baggage)
    }

    /// Whether nothing was left out.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
