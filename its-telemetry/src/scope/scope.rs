//! A scope: tenant, camera and the telemetry that their calls are recorded by.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock, Weak};
use std::task::{Context, Poll};

use pin_project::{pin_project, pinned_drop};

use super::ambient::{self, Ambient};
use super::governor::Place;
use super::{CameraId, Carried, FrameId, Identity, TenantId};
use crate::core::Core;
use crate::instruments::call::PerOutcome;
use crate::instruments::{CAMERA_FOLDS, CAMERA_REQUESTS, TENANT_REQUESTS};
use crate::observe::Outcome;
use crate::registry::{Counter, OTHER, SLOTS, Writer, current_slot};

/// Whose call it is, and which telemetry records it. Cheap to clone; found without a lock when it is known.
///
/// A scope travels with a task across `.await` when the task runs in [`Scope::run`]; [`carry`] takes it into
/// a spawned task, [`carry_fn`] into a thread.
pub struct Scope(pub(crate) Arc<Lane>);

impl Clone for Scope {
    /// Counts on the lane of the thread that clones, which no other thread touches at the same time.
    #[inline]
    fn clone(&self) -> Self {
        let here = current_slot();
        if self.0.slot == Some(here) { Self(Arc::clone(&self.0)) } else { Self(self.0.of_slot(here)) }
    }
}

/// A reference count of its own for each thread slot, on a cache line of its own, so that threads do not fight for one.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Lane {
    pub(crate) shared: Arc<Shared>,
    /// Whose count it is; `None` when the scope is not interned and has but this one.
    pub(crate) slot: Option<usize>,
}

impl Lane {
    fn of_slot(self: &Arc<Self>, slot: usize) -> Arc<Self> {
        let other = match self.shared.lanes[slot].get() {
            _ if self.slot.is_none() => None,
            Some(lane) => lane.upgrade(),
            None => self.shared.first_lane_here(),
        };
        other.unwrap_or_else(|| Arc::clone(self))
    }
}

pub(crate) struct Shared {
    pub(crate) core: Arc<Core>,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) camera: Option<CameraId>,
    tenant_metrics: Option<Arc<TenantMetrics>>,
    /// What stands in the label `camera`: the name, or `_other`.
    camera_label: Box<str>,
    camera_requests: PerOutcome<Counter>,
    /// The budgets of the tenant.
    #[cfg(feature = "slo")]
    pub(crate) budgets: crate::slo::TenantBudgets,
    /// The lanes of an interned scope; the table keeps them alive.
    pub(crate) lanes: [OnceLock<Weak<Lane>>; SLOTS],
    _place: Option<Place>,
}

/// What is counted for a tenant; shared by the scopes of its cameras.
#[derive(Debug)]
pub(crate) struct TenantMetrics {
    label: Box<str>,
    requests: PerOutcome<Counter>,
    _place: Option<Place>,
}

impl TenantMetrics {
    pub(crate) fn new(label: &str, place: Option<Place>) -> Self {
        Self { label: label.into(), requests: PerOutcome::new(), _place: place }
    }
}

impl Shared {
    /// Resolves what the governor allows: an own label, the tenant's `_other` camera, or `_other` altogether.
    pub(crate) fn new(core: &Arc<Core>, tenant: Option<TenantId>, camera: Option<CameraId>) -> Self {
        let governor = &core.governor;
        let tenant_metrics = tenant.as_ref().map(|tenant| {
            governor.tenant(tenant).unwrap_or_else(|| {
                governor.tenants.refuse();
                Arc::clone(&core.other_tenant)
            })
        });
        let tenant_is_own = tenant_metrics.as_ref().is_none_or(|metrics| &*metrics.label != OTHER);
        let place = camera.as_ref().filter(|_| tenant_is_own).and_then(|_| governor.admit_camera());
        let camera_label = match (&camera, &place) {
            (Some(camera), Some(_)) => camera.as_str(),
            (Some(_), None) => {
                governor.cameras.refuse();
                OTHER
            }
            (None, _) => "",
        };
        Self {
            core: Arc::clone(core),
            camera_label: camera_label.into(),
            tenant,
            camera,
            tenant_metrics,
            camera_requests: PerOutcome::new(),
            #[cfg(feature = "slo")]
            budgets: core.objectives.budgets(),
            lanes: [const { OnceLock::new() }; SLOTS],
            _place: place,
        }
    }

    /// Whether the scope has all the labels it asked for, and so is worth keeping.
    pub(crate) fn is_own(&self) -> bool {
        &*self.camera_label != OTHER
            && self.tenant_metrics.as_ref().is_none_or(|metrics| &*metrics.label != OTHER)
    }

    #[cold]
    fn first_lane_here(&self) -> Option<Arc<Lane>> {
        let (tenant, camera) =
            (self.tenant.as_ref().map(TenantId::as_str), self.camera.as_ref().map(CameraId::as_str));
        self.core.known_scope(tenant, camera).filter(|lane| std::ptr::eq(&*lane.shared, self))
    }

    /// A number that moves when the scope's counters do.
    pub(crate) fn activity(&self) -> u64 {
        let count = |requests: &PerOutcome<Counter>| requests.made().map(Counter::value).sum::<u64>();
        let tenant = match (&self.camera, &self.tenant_metrics) {
            (None, Some(metrics)) => count(&metrics.requests),
            _ => 0,
        };
        tenant + count(&self.camera_requests)
    }

    /// Counts an inference request for tenant and camera.
    #[inline]
    pub(crate) fn count_request(&self, writer: Writer<'_>, outcome: Outcome) {
        if let Some(metrics) = &self.tenant_metrics {
            metrics.requests.count(writer, outcome, move || {
                let labels = [("tenant", &*metrics.label), ("outcome", outcome.as_str())];
                self.core.counter(&TENANT_REQUESTS, &labels, &["tenant"])
            });
        }
        if self.camera.is_some() {
            self.camera_requests.count(writer, outcome, move || {
                let (tenant, camera) = self.camera_labels();
                let labels = [("tenant", tenant), ("camera", camera), ("outcome", outcome.as_str())];
                self.core.counter(&CAMERA_REQUESTS, &labels, CAMERA_FOLDS)
            });
        }
    }

    pub(crate) fn camera_labels(&self) -> (&str, &str) {
        (self.tenant_metrics.as_ref().map_or("", |metrics| &metrics.label), &self.camera_label)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("tenant", &self.tenant)
            .field("camera", &self.camera)
            .finish_non_exhaustive()
    }
}

impl Scope {
    /// The scope of the call or task on this thread.
    pub fn current() -> Option<Self> {
        ambient::read(|ambient| ambient.scope.clone()).flatten()
    }

    /// Who the calls are made for.
    pub fn tenant(&self) -> Option<&TenantId> {
        self.0.shared.tenant.as_ref()
    }

    /// Which camera the calls belong to.
    pub fn camera(&self) -> Option<&CameraId> {
        self.0.shared.camera.as_ref()
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.0.shared.core
    }

    pub(crate) fn camera_labels(&self) -> (&str, &str) {
        self.0.shared.camera_labels()
    }

    /// Runs `f` in this scope. A call that is running on this thread stays the parent of what `f` calls.
    pub fn in_scope<T>(&self, f: impl FnOnce() -> T) -> T {
        let mut ambient = Ambient { scope: Some(self.clone()), ..Ambient::current() };
        let mut identity = ambient::identity();
        let _entered = ambient::enter(&mut identity, &mut ambient);
        f()
    }

    /// Runs `future` in this scope, wherever it is polled, and drops what it holds in the scope too.
    pub fn run<F: Future>(&self, future: F) -> InScope<F> {
        let ambient = Ambient { scope: Some(self.clone()), ..Ambient::current() };
        InScope::new(future, ambient::identity(), ambient)
    }

    /// Runs `f` in this scope, for one frame: its id travels on, to tasks and to other services.
    pub fn in_frame<T>(&self, frame: FrameId, f: impl FnOnce() -> T) -> T {
        let mut ambient = self.with_frame(frame);
        let mut identity = ambient::identity();
        let _entered = ambient::enter(&mut identity, &mut ambient);
        f()
    }

    /// Runs `future` in this scope, for one frame.
    pub fn run_frame<F: Future>(&self, frame: FrameId, future: F) -> InScope<F> {
        InScope::new(future, ambient::identity(), self.with_frame(frame))
    }

    fn with_frame(&self, frame: FrameId) -> Ambient {
        let before = Ambient::current().carried;
        let carried = Carried { frame: Some(frame), ..before.as_deref().cloned().unwrap_or_default() };
        Ambient { scope: Some(self.clone()), carried: carried.shared() }
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("tenant", &self.tenant()).field("camera", &self.camera()).finish()
    }
}

/// Takes the call on this thread along into another task: same scope, same identity, same parent for its spans.
///
/// ```
/// # async fn work() {}
/// # async fn example() {
/// tokio::spawn(its_telemetry::scope::carry(work()));
/// # }
/// ```
pub fn carry<F: Future>(future: F) -> InScope<F> {
    InScope::new(future, ambient::identity(), Ambient::current())
}

/// Takes the call on this thread along into another thread: `std::thread::spawn(carry_fn(|| ..))`.
pub fn carry_fn<T>(f: impl FnOnce() -> T) -> impl FnOnce() -> T {
    let (mut identity, mut ambient, span) =
        (ambient::identity(), Ambient::current(), crate::observe::SpanContext::current());
    move || {
        let _entered = ambient::enter(&mut identity, &mut ambient);
        let _span = span.attach();
        f()
    }
}

/// The future of [`Scope::run`] and [`carry`].
#[pin_project(PinnedDrop)]
#[derive(Debug)]
pub struct InScope<F> {
    #[pin]
    inner: Option<F>,
    identity: Identity,
    ambient: Ambient,
    span: crate::observe::SpanContext,
}

impl<F> InScope<F> {
    pub(super) fn new(future: F, identity: Identity, ambient: Ambient) -> Self {
        Self { inner: Some(future), identity, ambient, span: crate::observe::SpanContext::current() }
    }
}

impl<F: Future> Future for InScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let _entered = ambient::enter(this.identity, this.ambient);
        let _span = this.span.attach();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else { return Poll::Pending };
        let poll = inner.poll(task);
        if poll.is_ready() {
            this.inner.set(None);
        }
        poll
    }
}

#[pinned_drop]
impl<F> PinnedDrop for InScope<F> {
    fn drop(self: Pin<&mut Self>) {
        let mut this = self.project();
        let _entered = ambient::enter(this.identity, this.ambient);
        let _span = this.span.attach();
        this.inner.set(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_counts_on_a_lane_of_its_own() {
        let telemetry = crate::Telemetry::builder("lanes").ignore_environment().build().expect("telemetry");
        let scope = telemetry.scope("amsterdam", "cam-1").expect("scope");
        let here = scope.clone();
        let current = || Scope::current().expect("scope").0.slot;
        std::thread::scope(|threads| {
            let there = threads.spawn(|| (current_slot(), scope.in_scope(current))).join().expect("thread");
            assert_eq!(there.1, Some(there.0));
        });
        assert_eq!(here.0.slot, Some(current_slot()));
    }
}
