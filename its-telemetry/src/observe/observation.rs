//! The one drop guard that measures a call.

use std::future::Future;
use std::sync::Arc;

use super::call_span::CallSpan;
use super::{Called, Details, Finished, Name, Outcome, Site, SpanKind, Verdict, Watched};
use crate::clock::Raw;
use crate::core::Core;
use crate::instruments::call::CallMetrics;
use crate::registry::{Exemplar, Histogram, Writer};
use crate::scope::{Ambient, Entered, Identity, Lane, enter};

/// A call that is being measured. It ends when the observation is dropped, with the outcome it was given;
/// without one, the call was `cancelled`. A panic inside [`call`](Self::call) or [`watch`](Self::watch) makes it
/// `panicked`.
///
/// In-flight gauge, outcome counter and duration balance on every path: they are written once, in the drop.
#[derive(Debug)]
#[must_use = "the call ends when the observation is dropped"]
pub struct Observation(pub(super) Option<Running>);

#[derive(Debug)]
pub(super) struct Running {
    pub(super) identity: Identity,
    pub(super) ambient: Ambient,
    pub(super) metrics: Metrics,
    site: &'static Site,
    pub(super) start: Raw,
    /// Nanoseconds after the start; what comes later makes the call no slower.
    judged_up_to: u64,
    pub(super) outcome: Outcome,
    pub(super) error_kind: Option<&'static str>,
    span: CallSpan,
}

/// Where the handles of a call are.
#[derive(Debug)]
pub(crate) enum Metrics {
    /// Found by the number of the site.
    BySite,
    /// Labels known at run time only.
    Made(Arc<CallMetrics>),
    /// A request: found by a number, and with a status.
    #[cfg(feature = "http")]
    Request(super::request::Requested),
}

impl Observation {
    /// Measures nothing: there is no telemetry.
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// Starts a call. `ambient` has a scope.
    #[inline]
    pub(crate) fn start(
        site: &'static Site,
        identity: Identity,
        ambient: Ambient,
        metrics: Metrics,
        span: CallSpan,
    ) -> Self {
        let Some(scope) = &ambient.scope else { return Self(None) };
        let core = &**scope.core();
        metrics.add_in_flight(core, site, core.registry.writer(), 1);
        let start = core.clock.raw();
        Self(Some(Running {
            identity,
            ambient,
            metrics,
            site,
            start,
            judged_up_to: u64::MAX,
            outcome: Outcome::Cancelled,
            error_kind: None,
            span,
        }))
    }

    /// The identity of the call, if it is measured.
    pub fn identity(&self) -> Option<Identity> {
        self.0.as_ref().map(|running| running.identity)
    }

    /// Says how the call ended, and ends it.
    #[inline]
    pub fn finish(mut self, verdict: impl Into<Verdict>) {
        self.end(verdict.into());
    }

    /// [`finish`](Self::finish) in place, for expansions: the observation is not moved.
    #[doc(hidden)]
    #[inline]
    pub fn end(&mut self, verdict: Verdict) {
        if let Some(running) = &mut self.0 {
            running.outcome = verdict.outcome;
            running.error_kind = verdict.error_kind;
            running.record(running.nanos());
            self.0 = None;
        }
    }

    /// Says until when somebody waited for the call. A response is read for as long as its reader wants, and a stream
    /// goes on for as long as there is something to come: that is not slow.
    #[inline]
    pub(crate) fn judge_up_to(&mut self, nanos: u64) {
        if let Some(running) = &mut self.0 {
            running.judged_up_to = nanos;
        }
    }

    /// Ends the observation without recording a call.
    pub(crate) fn discard(mut self) {
        if let Some(running) = self.0.take() {
            running.leave();
        }
    }

    /// Runs `f` as the call: what it calls, logs and sends has the call as its parent.
    #[inline]
    pub fn call<T>(&mut self, f: impl FnOnce() -> T) -> T {
        let entered = self.enter_as(Outcome::Panicked);
        let result = f();
        drop(entered);
        self.left();
        result
    }

    /// Runs `future` as the call, at each poll and when it is dropped.
    #[inline]
    pub fn watch<F: Future>(&mut self, future: F) -> Watched<'_, F> {
        Watched::new(self, future)
    }

    /// Enters the call; if this is left by unwinding, the call has panicked.
    #[inline]
    pub(crate) fn enter_as(&mut self, if_it_unwinds: Outcome) -> Option<(Entered<'_>, super::Attached)> {
        let Running { outcome, identity, ambient, span, .. } = self.0.as_mut()?;
        *outcome = if_it_unwinds;
        let attached = span.attach();
        Some((enter(identity, ambient), attached))
    }

    #[inline]
    pub(crate) fn outcome(&self) -> Outcome {
        self.0.as_ref().map_or(Outcome::Cancelled, |running| running.outcome)
    }

    /// The call was left without unwinding.
    #[inline]
    pub(crate) fn left(&mut self) {
        if let Some(running) = &mut self.0 {
            running.outcome = Outcome::Cancelled;
        }
    }
}

impl Metrics {
    #[inline]
    fn get<'a>(&'a self, core: &'a Core, site: &'static Site) -> Option<&'a CallMetrics> {
        match self {
            Self::BySite => core.site(site),
            Self::Made(made) => Some(made),
            #[cfg(feature = "http")]
            Self::Request(_) => None,
        }
    }

    #[inline]
    fn add_in_flight(&self, core: &Core, site: &'static Site, writer: Writer<'_>, n: i64) {
        match self {
            #[cfg(feature = "http")]
            Self::Request(requested) => requested.add_in_flight(core, writer, n),
            _ => {
                if let Some(metrics) = self.get(core, site) {
                    metrics.add_in_flight(writer, n);
                }
            }
        }
    }

    /// Hands the histogram of the duration to `record`.
    #[inline]
    fn duration(&self, core: &Core, site: &'static Site, outcome: Outcome, record: impl FnOnce(&Histogram)) {
        match self {
            #[cfg(feature = "http")]
            Self::Request(requested) => requested.duration(core, outcome, record),
            _ => {
                if let Some(metrics) = self.get(core, site) {
                    record(metrics.duration(core, outcome));
                }
            }
        }
    }
}

impl Drop for Observation {
    #[inline]
    fn drop(&mut self) {
        if let Some(running) = &mut self.0 {
            running.record(running.nanos());
        }
    }
}

impl Running {
    #[inline]
    pub(super) fn lane(&self) -> Option<&Arc<Lane>> {
        self.ambient.scope.as_ref().map(|scope| &scope.0)
    }

    /// Nanoseconds since the start.
    #[inline]
    pub(super) fn nanos(&self) -> u64 {
        self.lane().map_or(0, |lane| lane.shared.core.clock.nanos_since(self.start))
    }

    #[inline]
    pub(super) fn record(&mut self, nanos: u64) {
        let Some(lane) = self.lane() else { return };
        let shared = &*lane.shared;
        let core = &*shared.core;
        let writer = core.registry.writer();
        #[cfg(feature = "http")]
        if let Metrics::Request(requested) = self.metrics {
            return self.record_request(requested, nanos);
        }
        let Some(metrics) = self.metrics.get(core, self.site) else { return };
        metrics.count_end(core, writer, self.outcome);
        if metrics.is_request() {
            shared.count_request(writer, self.outcome);
        }
        #[cfg(feature = "slo")]
        core.objectives.count(metrics.feed(), shared, self.outcome, nanos);
        #[cfg(feature = "gpu")]
        metrics.count_work(shared, nanos);
        if self.is_noteworthy(core, nanos) {
            return self.record_noteworthy(nanos);
        }
        metrics.record_nanos(core, writer, self.outcome, nanos);
    }

    /// The part of the duration that says whether the call was slow.
    #[inline]
    pub(super) fn judged(&self, nanos: u64) -> u64 {
        nanos.min(self.judged_up_to)
    }

    #[inline]
    pub(super) fn is_noteworthy(&self, core: &Core, nanos: u64) -> bool {
        let judged = self.judged(nanos);
        self.identity.sampled
            || self.outcome.is_bad()
            || judged >= core.slow_nanos
            || core.journal.is_slow(judged)
    }

    /// A call that is exported, or that the status page shows.
    #[cold]
    pub(super) fn record_noteworthy(&mut self, nanos: u64) {
        let span = std::mem::replace(&mut self.span, CallSpan::NONE);
        let Some(lane) = self.lane() else { return };
        let shared = &*lane.shared;
        let core = &*shared.core;
        let name = Name::Static(self.site.name);
        let Some(details) = self.details(core) else { return };
        let finished = Finished {
            identity: self.identity,
            called: self.called(core, &name),
            details,
            shared,
            carried: self.ambient.carried.as_deref(),
            nanos,
            judged_nanos: self.judged(nanos),
            outcome: self.outcome,
            error_kind: self.error_kind,
        };
        if self.outcome.is_bad()
            && let Some(metrics) = self.metrics.get(core, self.site)
        {
            metrics.count_error(core, self.error_kind.unwrap_or(self.outcome.as_str()));
        }
        core.journal.note(&finished);
        let exported = span.end(&finished);
        let exemplar = exported.then(|| Exemplar {
            trace: self.identity.trace,
            span: self.identity.span,
            value: nanos as f64 / 1e9,
            timestamp_ms: crate::registry::now_ms(),
        });
        let writer = core.registry.writer();
        let record = |histogram: &Histogram| histogram.record_nanos_with(writer, nanos, || exemplar);
        self.metrics.duration(core, self.site, self.outcome, record);
    }

    fn details<'a>(&'a self, core: &'a Core) -> Option<Details<'a>> {
        Some(match &self.metrics {
            #[cfg(feature = "http")]
            Metrics::Request(requested) => Details::Request(requested.metrics(core)?, requested.status()),
            metrics => Details::Function(metrics.get(core, self.site)?.labels()),
        })
    }

    #[cfg_attr(not(feature = "http"), expect(unused_variables, reason = "only a request looks its name up"))]
    fn called<'a>(&self, core: &'a Core, name: &'a Name) -> Called<'a> {
        match &self.metrics {
            #[cfg(feature = "http")]
            Metrics::Request(requested) => requested.metrics(core).map(|metrics| metrics.called()),
            _ => None,
        }
        .unwrap_or(Called { name, kind: SpanKind::Internal })
    }

    fn leave(self) {
        let Some(lane) = self.lane() else { return };
        let core = &*lane.shared.core;
        self.metrics.add_in_flight(core, self.site, core.registry.writer(), -1);
    }
}
