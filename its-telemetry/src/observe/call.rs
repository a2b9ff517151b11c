//! What a macro knows about one call before it starts.

use std::sync::Arc;

use super::call_span::CallSpan;
use super::observation::Metrics;
use super::{Called, Name, Observation, Site, SpanKind};
use crate::core::{self, Core};
use crate::instruments::call::CallLabels;
use crate::scope::{Ambient, Identity, Lane, Scope, Shared, identity};

/// A call about to start: its site, and the values known at run time only.
#[derive(Debug)]
pub struct Call<'a> {
    site: &'static Site,
    model: Option<&'a str>,
    version: Option<&'a str>,
    stage: Option<&'a str>,
    slo: Option<&'a str>,
    tenant: Option<&'a str>,
    camera: Option<&'a str>,
    batch: Option<u64>,
}

macro_rules! values {
    ($($(#[$doc:meta])* $field:ident)*) => {$(
        $(#[$doc])*
        #[must_use]
        #[inline]
        pub fn $field(mut self, $field: &'a str) -> Self {
            self.$field = Some($field);
            self
        }
    )*};
}

impl<'a> Call<'a> {
    /// A call of `site`.
    #[inline]
    pub fn new(site: &'static Site) -> Self {
        Self {
            site,
            model: None,
            version: None,
            stage: None,
            slo: None,
            tenant: None,
            camera: None,
            batch: None,
        }
    }

    values! {
        /// The label `model`.
        model
        /// The label `model_version`.
        version
        /// The label `stage`.
        stage
        /// The objective that the call counts for.
        slo
        /// Whom the call is made for, instead of the tenant of the scope.
        tenant
        /// Which camera the call belongs to, instead of the camera of the scope.
        camera
    }

    /// Items in the call.
    #[must_use]
    #[inline]
    pub fn batch(mut self, items: u64) -> Self {
        self.batch = Some(items);
        self
    }

    /// Starts the call, below the call on this thread if there is one.
    #[inline]
    pub fn start(self) -> Observation {
        match self.ambient() {
            Some((ambient, metrics)) => start(self.site, ambient, metrics),
            None => Observation::none(),
        }
    }

    /// Resolves scope and handles, for calls that start later.
    pub fn prepare(self) -> Prepared {
        let (ambient, metrics) = self.ambient().unwrap_or((Ambient::NONE, Metrics::BySite));
        Prepared { site: self.site, metrics, ambient }
    }

    /// The scope of the call: the one on this thread, with tenant and camera replaced where they are given.
    #[inline]
    fn ambient(&self) -> Option<(Ambient, Metrics)> {
        let mut ambient = Ambient::current();
        if ambient.scope.is_none() || self.tenant.is_some() || self.camera.is_some() {
            ambient.scope = Some(self.other_scope(ambient.scope)?);
        }
        let metrics = self.metrics(ambient.scope.as_ref()?.core());
        Some((ambient, metrics))
    }

    #[inline]
    fn metrics(&self, core: &Core) -> Metrics {
        let known =
            self.model.is_none() && self.version.is_none() && self.stage.is_none() && self.slo.is_none();
        if known && self.batch.is_none() && core.has_room_for(self.site) {
            return Metrics::BySite;
        }
        self.other_metrics(core)
    }

    fn other_metrics(&self, core: &Core) -> Metrics {
        let metrics = core.call(CallLabels {
            kind: self.site.kind,
            model: self.model.unwrap_or(self.site.model),
            version: self.version.unwrap_or(self.site.version),
            stage: self.stage.unwrap_or(self.site.stage),
            slo: self.slo.or(self.site.slo),
        });
        if let Some(slo) = self.slo.filter(|_| !metrics.has_objective()) {
            core.unknown_objective(slo, self.site);
        }
        if let Some(items) = self.batch {
            metrics.record_batch(core, items);
        }
        Metrics::Made(metrics)
    }

    fn other_scope(&self, scope: Option<Scope>) -> Option<Scope> {
        Some(Scope(match scope {
            Some(scope) => self.rescoped(&scope),
            None => core::installed().as_ref()?.scope(self.tenant, self.camera),
        }))
    }

    fn rescoped(&self, scope: &Scope) -> Arc<Lane> {
        let tenant = self.tenant.or(scope.tenant().map(AsRef::as_ref));
        // A camera belongs to its tenant: with another tenant the scope's camera no longer holds.
        let same_tenant = self.tenant.is_none() || scope.tenant().map(AsRef::as_ref) == self.tenant;
        let camera = self.camera.or(scope.camera().filter(|_| same_tenant).map(AsRef::as_ref));
        scope.core().scope(tenant, camera)
    }
}

/// A call whose scope and handles have been found.
#[derive(Debug)]
pub struct Prepared {
    site: &'static Site,
    metrics: Metrics,
    ambient: Ambient,
}

impl Prepared {
    /// Starts the call, below the call on this thread if there is one.
    pub fn start(self) -> Observation {
        match self.ambient.scope {
            Some(_) => start(self.site, self.ambient, self.metrics),
            None => Observation::none(),
        }
    }

    /// Starts one of several calls.
    pub(crate) fn start_one(&self) -> Observation {
        let metrics = match &self.metrics {
            Metrics::Made(made) => Metrics::Made(Arc::clone(made)),
            _ => Metrics::BySite,
        };
        match &self.ambient.scope {
            Some(_) => start(self.site, self.ambient.clone(), metrics),
            None => Observation::none(),
        }
    }

    /// The same scope, for the stage `stream` of the same kind.
    pub(crate) fn of_stream(&self) -> Self {
        let Some(scope) = &self.ambient.scope else {
            return Self { site: self.site, metrics: Metrics::BySite, ambient: Ambient::NONE };
        };
        let core = scope.core();
        let labels = match &self.metrics {
            Metrics::Made(made) => made.labels(),
            _ => {
                let Site { kind, model, version, stage, slo, .. } = *self.site;
                CallLabels { kind, model, version, stage, slo }
            }
        };
        let stage = if labels.kind == super::Kind::Inference {
            "stream".into()
        } else {
            format!("{}_stream", labels.stage)
        };
        // Its items count for the objective.
        let metrics = Metrics::Made(core.call(CallLabels { stage: &stage, slo: None, ..labels }));
        Self { site: self.site, metrics, ambient: self.ambient.clone() }
    }

    pub(crate) fn is_none(&self) -> bool {
        self.ambient.scope.is_none()
    }
}

/// Starts a call in `ambient`, below the call on this thread if there is one.
#[inline]
fn start(site: &'static Site, ambient: Ambient, metrics: Metrics) -> Observation {
    let Some(scope) = &ambient.scope else { return Observation::none() };
    let shared = &*scope.0.shared;
    let identity = new_identity(shared, false);
    let span = match identity.sampled {
        true => {
            let called = Called { name: &Name::Static(site.name), kind: SpanKind::Internal };
            // A copy, so that the identity of the calls that are not sampled stays in registers.
            let identity = { identity };
            CallSpan::start(&identity, called, site, shared, ambient.carried.as_deref())
        }
        false => CallSpan::NONE,
    };
    Observation::start(site, identity, ambient, metrics, span)
}

/// The identity of a call that begins on this thread. The parent has decided about sampling, else `forced`, else chance.
#[inline]
pub(super) fn new_identity(shared: &Shared, forced: bool) -> Identity {
    let parent = identity();
    if parent.is_some() {
        return CallSpan::child_of(&parent);
    }
    let (tenant, camera) = (shared.tenant.as_ref(), shared.camera.as_ref());
    Identity::root(|trace| forced || shared.core.sampler.samples(trace, tenant, camera))
}

/// A number of items, from any integer.
#[inline]
pub fn batch(items: impl TryInto<u64>) -> u64 {
    items.try_into().unwrap_or(0)
}
