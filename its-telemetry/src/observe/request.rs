//! Calls that are requests: their labels and their status are known at run time, their response comes bit by bit.

use http::HeaderMap;

use super::call::new_identity;
use super::call_span::CallSpan;
use super::observation::{Metrics, Running};
use super::{Kind, Observation, Outcome, Site, Verdict};
use crate::core::Core;
use crate::instruments::request::{Protocol, RequestKey, RequestMetrics, Status};
use crate::registry::{Histogram, Writer};
use crate::scope::{Ambient, Arrival, Carried, Identity, Scope, identity, inject_call};

/// Where the handles of a request are, and the status of its response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Requested {
    /// What it counts for in flight.
    began_as: u32,
    /// What its durations count for.
    number: u32,
    status: Status,
    /// The objectives that it counts for.
    #[cfg(feature = "slo")]
    feed: crate::slo::Feed,
}

/// All requests of a protocol come from one place in the code.
fn site_of(protocol: Protocol) -> &'static Site {
    static HTTP: [Site; 2] = [site("http.client.request"), site("http.server.request")];
    static GRPC: [Site; 2] = [site("rpc.client.call"), site("rpc.server.call")];
    let sites = if protocol.is_grpc { &GRPC } else { &HTTP };
    &sites[usize::from(protocol.is_server)]
}

const fn site(name: &'static str) -> Site {
    Site::new(Kind::Stage, name, "its_telemetry::layer").stage("")
}

impl Observation {
    /// Starts to answer a request: below the caller's span, else below the call on this thread, else as a root.
    #[inline]
    pub(crate) fn answer(key: &RequestKey<'_>, arrival: Arrival) -> Self {
        let Arrival { remote, ambient, forced } = arrival;
        let Some(scope) = &ambient.scope else { return Self::none() };
        let identity = match remote {
            Some(remote) => remote.child(),
            None => new_identity(&scope.0.shared, forced),
        };
        Self::start_request(key, identity, ambient)
    }

    /// Starts to make a request, in the scope on this thread or in the one that `otherwise` has.
    #[inline]
    pub(crate) fn request(key: &RequestKey<'_>, otherwise: impl FnOnce() -> Option<Scope>) -> Self {
        if identity() == Identity::SUPPRESSED {
            return Self::none();
        }
        let mut ambient = Ambient::current();
        if ambient.scope.is_none() {
            ambient.scope = otherwise();
        }
        let Some(scope) = &ambient.scope else { return Self::none() };
        let identity = new_identity(&scope.0.shared, false);
        Self::start_request(key, identity, ambient)
    }

    /// Starts a request in `ambient`, which has a scope.
    #[inline]
    fn start_request(key: &RequestKey<'_>, identity: Identity, ambient: Ambient) -> Self {
        let Some(scope) = &ambient.scope else { return Self::none() };
        let shared = &*scope.0.shared;
        let number = shared.core.requests.number(&shared.core, key);
        let site = site_of(key.protocol);
        let span = match shared.core.requests.get(number) {
            Some(metrics) if identity.sampled => {
                CallSpan::start(&identity, metrics.called(), site, shared, ambient.carried.as_deref())
            }
            _ => CallSpan::NONE,
        };
        let requested = Requested {
            began_as: number,
            number,
            status: Status::NONE,
            #[cfg(feature = "slo")]
            feed: crate::slo::Feed::default(),
        };
        Self::start(site, identity, ambient, Metrics::Request(requested), span)
    }

    /// Counts the request for the objectives of this name.
    #[cfg(feature = "slo")]
    #[inline]
    pub(crate) fn counting_for(mut self, slo: Option<&str>) -> Self {
        if let (Some(slo), Some((core, requested))) = (slo, self.requested()) {
            requested.feed = core.objectives.feed(Some(slo));
            if !requested.feed.is_some() {
                core.unknown_objective(slo, site_of(Protocol { is_grpc: false, is_server: true }));
            }
        }
        self
    }

    /// The request counts for no objective after all.
    #[cfg(feature = "slo")]
    #[cold]
    pub(crate) fn count_for_nothing(&mut self) {
        if let Some((_, requested)) = self.requested() {
            requested.feed = crate::slo::Feed::default();
        }
    }

    /// Which kind of request it turns out to be.
    pub(crate) fn request_is(&mut self, key: &RequestKey<'_>) {
        let Some((core, requested)) = self.requested() else { return };
        requested.number = core.requests.number(core, key);
    }

    /// The status of the response.
    #[inline]
    pub(crate) fn set_status(&mut self, status: Status) {
        if let Some((_, requested)) = self.requested() {
            requested.status = status;
        }
    }

    #[inline]
    pub(crate) fn status(&self) -> Status {
        match &self.0 {
            Some(Running { metrics: Metrics::Request(requested), .. }) => requested.status,
            _ => Status::NONE,
        }
    }

    /// Records how long the headers took. Returns that time, in nanoseconds.
    #[inline]
    pub(crate) fn headers_arrived(&mut self, outcome: Outcome) -> u64 {
        let nanos = self.milestone(|core, metrics| metrics.headers(core, outcome));
        self.judge_up_to(nanos);
        nanos
    }

    /// Records how long the first byte took. Returns that time, in nanoseconds.
    #[inline]
    pub(crate) fn first_byte_arrived(&mut self, outcome: Outcome) -> u64 {
        self.milestone(|core, metrics| metrics.first_byte(core, outcome))
    }

    #[inline]
    fn milestone<'a>(&'a self, histogram: impl FnOnce(&'a Core, &'a RequestMetrics) -> &'a Histogram) -> u64 {
        let Some(running) = &self.0 else { return 0 };
        let Some(scope) = &running.ambient.scope else { return 0 };
        let core = &**scope.core();
        let nanos = core.clock.nanos_since(running.start);
        if let Metrics::Request(requested) = &running.metrics
            && let Some(metrics) = core.requests.get(requested.number)
        {
            histogram(core, metrics).record_nanos_with(core.registry.writer(), nanos, || None);
        }
        nanos
    }

    /// Nanoseconds since the request began; 0 when it has ended.
    pub(crate) fn nanos(&self) -> u64 {
        self.0.as_ref().map_or(0, Running::nanos)
    }

    /// Ends the request, at a time that has been read already.
    #[inline]
    pub(crate) fn end_at(&mut self, nanos: u64, verdict: Verdict) {
        if let Some(running) = &mut self.0 {
            running.outcome = verdict.outcome;
            running.error_kind = verdict.error_kind;
            running.record(nanos);
            self.0 = None;
        }
    }

    #[inline]
    pub(crate) fn is_running(&self) -> bool {
        self.0.is_some()
    }

    /// Writes the context of this call into the headers of the request that it makes.
    pub(crate) fn inject(&self, headers: &mut HeaderMap, baggage: bool) {
        if let Some(running) = &self.0 {
            inject_call(headers, &running.identity, &running.ambient, baggage);
        }
    }

    #[inline]
    fn requested(&mut self) -> Option<(&Core, &mut Requested)> {
        let Running { metrics, ambient, .. } = self.0.as_mut()?;
        match metrics {
            Metrics::Request(requested) => Some((ambient.scope.as_ref()?.core(), requested)),
            _ => None,
        }
    }
}

impl Running {
    #[inline]
    pub(super) fn record_request(&mut self, requested: Requested, nanos: u64) {
        let Some(lane) = self.lane() else { return };
        let core = &*lane.shared.core;
        let writer = core.registry.writer();
        requested.add_in_flight(core, writer, -1);
        #[cfg(feature = "slo")]
        core.objectives.count(requested.feed, &lane.shared, self.outcome, self.judged(nanos));
        if self.is_noteworthy(core, nanos) {
            self.record_noteworthy(nanos);
        } else {
            let record = |histogram: &Histogram| histogram.record_nanos_with(writer, nanos, || None);
            requested.duration(core, self.outcome, record);
        }
        if let Some(carried) = self.ambient.carried.take() {
            Carried::give_back(carried);
        }
    }
}

impl Requested {
    pub(super) fn status(&self) -> Status {
        self.status
    }

    #[inline]
    pub(super) fn add_in_flight(&self, core: &Core, writer: Writer<'_>, n: i64) {
        if let Some(metrics) = core.requests.get(self.began_as) {
            metrics.in_flight().add_with(writer, n);
        }
    }

    #[inline]
    pub(super) fn metrics<'a>(&self, core: &'a Core) -> Option<&'a RequestMetrics> {
        core.requests.get(self.number)
    }

    #[inline]
    pub(super) fn duration(&self, core: &Core, outcome: Outcome, record: impl FnOnce(&Histogram)) {
        if let Some(metrics) = self.metrics(core) {
            metrics.duration(core, self.status, outcome, record);
        }
    }
}
