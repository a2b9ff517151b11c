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
