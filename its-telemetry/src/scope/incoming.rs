//! The context that a request brings: headers in, a place in the trace and a scope out.

use std::borrow::Cow;
use std::future::Future;

use http::HeaderMap;

use super::w3c::{Baggage, BaggageView, Rejected, TraceParent, TraceState, TraceStateError};
use super::{Ambient, Carried, FrameId, Identity, InScope, Scope, enter};
use crate::core::{self, Core};

/// What the service knows about a request by itself; it overrules the headers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known<'a> {
    pub(crate) tenant: Option<&'a str>,
    pub(crate) camera: Option<&'a str>,
    /// Whether the caller may ask for its call to be sampled.
    pub(crate) debug: bool,
}

/// A request that has arrived.
#[derive(Debug)]
pub(crate) struct Arrival {
    /// The caller's span, with the sampling decision that holds here.
    pub(crate) remote: Option<Identity>,
    pub(crate) ambient: Ambient,
    /// The caller asked for its call to be sampled, and may.
    #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only the server layers read it"))]
    pub(crate) forced: bool,
}

/// Reads the headers of a request. What cannot be used is counted and left out.
///
/// Allocates only for a tenant or camera that is not known yet; headers to pass on are shared, not copied.
pub(crate) fn arrive(root: &Scope, headers: &HeaderMap, known: Known<'_>) -> Arrival {
    let core = root.core();
    let mut rejected = Rejected::default();
    let kept;
    let baggage = match BaggageView::of(headers) {
        Some(view) => view,
        None => {
            (kept, rejected.baggage) = Baggage::parse(headers);
            kept.view()
        }
    };
    let (parent, state) = trace_context(headers, &mut rejected);
    let scope = scope(root, baggage, known);
    let frame = baggage.frame().and_then(|frame| frame_id(core, &frame));
    let others = if baggage.has_others() { baggage.keep() } else { Baggage::default() };
    if !rejected.is_empty() {
        rejected.counts().for_each(|(reason, count)| core.dropped.add("propagation", reason, count));
    }
    let forced = (known.debug || core.settings.debug_baggage) && baggage.debug();
    let remote = parent.map(|parent| {
        let mut remote = Identity::of_remote(&parent);
        let overridden = || core.sampler.overrides(remote.trace, scope.tenant(), scope.camera());
        remote.sampled = remote.sampled || forced || overridden();
        remote
    });
    let carried = Carried { frame, state, baggage: others }.shared();
    Arrival { remote, ambient: Ambient { scope: Some(scope), carried }, forced }
}

fn trace_context(headers: &HeaderMap, rejected: &mut Rejected) -> (Option<TraceParent>, TraceState) {
    let parent = TraceParent::parse(headers).unwrap_or_else(|error| {
        rejected.traceparent = Some(error);
        None
    });
    let state = match parent {
        Some(_) => TraceState::parse(headers),
        None if headers.contains_key(&super::w3c::TRACESTATE) => Err(TraceStateError::WithoutParent),
        None => Ok(TraceState::default()),
    };
    let state = state.unwrap_or_else(|error| {
        rejected.tracestate = Some(error);
        TraceState::default()
    });
    (parent, state)
}

fn scope(root: &Scope, baggage: BaggageView<'_>, known: Known<'_>) -> Scope {
    let said = baggage.tenant();
    // A camera belongs to its tenant: when the service knows another one, the caller's camera does not hold.
    let same_tenant = known.tenant.is_none() || said.is_none() || known.tenant == said.as_deref();
    let camera = match known.camera {
        Some(camera) => Some(Cow::Borrowed(camera)),
        None => baggage.camera().filter(|_| same_tenant),
    };
    match (known.tenant.or(said.as_deref()), camera.as_deref()) {
        (None, None) => root.clone(),
        (tenant, camera) => Scope(root.core().scope(tenant, camera)),
    }
}

fn frame_id(core: &Core, frame: &str) -> Option<FrameId> {
    let id = FrameId::new(frame).ok();
    if id.is_none() {
        core.dropped.add("propagation", "frame_id_invalid", 1);
    }
    id
}

/// The context of a request from another service, for servers without a layer. From [`extract`].
#[derive(Clone, Debug)]
pub struct Remote {
    identity: Identity,
    ambient: Ambient,
}

/// Reads the context of a request: the caller's span, tenant, camera and frame, and what is to be passed on.
///
/// It cannot fail: what is unusable is counted in `its_telemetry_dropped_total{signal="propagation"}` and left out.
/// The scope is one of the telemetry that the current scope belongs to, else of the installed one. Only for callers
/// that are trusted: they choose the trace and the tenant.
///
/// ```
/// # use http::HeaderMap;
/// # use its_telemetry::scope;
/// # async fn answer() {}
/// # async fn serve(headers: &HeaderMap) {
/// scope::extract(headers).run(answer()).await;
/// # }
/// ```
pub fn extract(headers: &HeaderMap) -> Remote {
    let root = Scope::current().or_else(|| Some(Scope(core::installed().as_ref()?.scope(None, None))));
    let Some(root) = root else { return Remote { identity: Identity::NONE, ambient: Ambient::NONE } };
    let Arrival { remote, ambient, .. } = arrive(&root, headers, Known::default());
    Remote { identity: remote.unwrap_or(Identity::NONE), ambient }
}

impl Remote {
    /// The caller's span; `None` when there is none, and the first call starts a trace.
    pub fn identity(&self) -> Option<Identity> {
        self.identity.is_some().then_some(self.identity)
    }

    /// Tenant and camera; `None` without a telemetry.
    pub fn scope(&self) -> Option<&Scope> {
        self.ambient.scope.as_ref()
    }

    /// Runs `future` as a part of the caller's: the calls in it are its children.
    pub fn run<F: Future>(self, future: F) -> InScope<F> {
        InScope::new(future, self.identity, self.ambient)
    }

    /// Runs `f` as a part of the caller's.
    pub fn in_scope<T>(mut self, f: impl FnOnce() -> T) -> T {
        let _entered = enter(&mut self.identity, &mut self.ambient);
        f()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Telemetry;
    use http::{HeaderName, HeaderValue};

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

    fn arrive_with(
        telemetry: &Telemetry,
        known: Known<'_>,
        lines: &[(&'static str, &'static str)],
    ) -> Arrival {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        arrive(&telemetry.root_scope(), &headers, known)
    }

    fn names(arrival: &Arrival) -> (Option<&str>, Option<&str>) {
        let scope = arrival.ambient.scope.as_ref().expect("a scope");
        (scope.tenant().map(AsRef::as_ref), scope.camera().map(AsRef::as_ref))
    }

    #[test]
    fn what_cannot_be_used_is_counted_by_reason() {
        let telemetry = Telemetry::builder("test").build().expect("telemetry");
        for (lines, reason) in [
            (&[("traceparent", "00-0-0-0")][..], "traceparent_too_short"),
            (&[("traceparent", PARENT), ("traceparent", PARENT)], "traceparent_multiple"),
            (&[("traceparent", PARENT), ("tracestate", "=")], "tracestate_key"),
            (&[("tracestate", "a=b")], "tracestate_without_parent"),
            (&[("baggage", "no value")], "baggage_malformed"),
            (&[("baggage", "its.frame.id=a%20b")], "frame_id_invalid"),
        ] {
            let before = telemetry.core().dropped.read();
            let arrival = arrive_with(&telemetry, Known::default(), lines);
            assert!(arrival.ambient.carried.is_none(), "{lines:?}");
            let after = telemetry.core().dropped.read();
            let new: Vec<_> = after.iter().filter(|count| !before.contains(count)).collect();
            assert_eq!(new, [&("propagation", reason, 1)], "{lines:?}");
        }
        let arrival = arrive_with(&telemetry, Known::default(), &[("baggage", "its.tenant.id=a%20b")]);
        assert_eq!(names(&arrival), (Some("_invalid"), None));
        assert!(telemetry.core().dropped.read().contains(&("scope", "invalid_id", 1)));
    }

    #[test]
    fn the_service_knows_better_than_the_caller() {
        let telemetry = Telemetry::builder("test").build().expect("telemetry");
        let lines = &[("baggage", "its.tenant.id=city-17,its.camera.id=gate-4")];
        let arrive =
            |tenant, camera| arrive_with(&telemetry, Known { tenant, camera, ..Known::default() }, lines);
        assert_eq!(names(&arrive(None, None)), (Some("city-17"), Some("gate-4")));
        assert_eq!(names(&arrive(Some("city-17"), None)), (Some("city-17"), Some("gate-4")));
        assert_eq!(names(&arrive(Some("city-18"), None)), (Some("city-18"), None), "another tenant's camera");
        assert_eq!(names(&arrive(Some("city-18"), Some("gate-1"))), (Some("city-18"), Some("gate-1")));
    }

    #[test]
    fn nothing_is_carried_but_what_belongs_to_others_and_the_frame() {
        let telemetry = Telemetry::builder("test").build().expect("telemetry");
        let carried = |lines| arrive_with(&telemetry, Known::default(), lines).ambient.carried;
        assert!(carried(&[]).is_none());
        assert!(
            carried(&[("traceparent", PARENT), ("baggage", "its.tenant.id=a,its.camera.id=b")]).is_none()
        );
        let framed = carried(&[("baggage", "its.tenant.id=a,its.frame.id=4711")]).expect("a frame");
        assert_eq!(framed.frame, Some(4711.into()));
        assert!(framed.baggage.is_empty());
        let others = carried(&[("baggage", "its.tenant.id=a,color=red")]).expect("baggage of others");
        assert!(!others.baggage.is_empty());
        let state = carried(&[("traceparent", PARENT), ("tracestate", "vendor=1")]).expect("a state");
        assert_eq!(state.state.as_str(), "vendor=1");
    }

    #[test]
    fn the_callers_decision_holds_unless_somebody_wants_the_trace() {
        let telemetry = Telemetry::builder("test").build().expect("telemetry");
        let sampled =
            |known, lines| arrive_with(&telemetry, known, lines).remote.map(|remote| remote.is_sampled());
        let unsampled = &[("traceparent", PARENT), ("baggage", "its.tenant.id=watched,its.debug=1")];
        assert_eq!(sampled(Known::default(), &[]), None);
        assert_eq!(sampled(Known::default(), unsampled), Some(false));
        assert_eq!(sampled(Known { debug: true, ..Known::default() }, unsampled), Some(true));
        let tenant = crate::TenantId::new("watched").expect("valid");
        telemetry.core().sampler.set_tenant(&tenant, Some(1.0));
        assert_eq!(sampled(Known::default(), unsampled), Some(true));
    }
}
