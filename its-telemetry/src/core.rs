//! What the rooms of one telemetry share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use hashbrown::{Equivalent, HashMap};

use crate::clock::Clock;
use crate::instruments::Instrument;
use crate::instruments::call::{CallLabels, CallMetrics};
use crate::observe::{Journal, Site};
use crate::registry::collect::{Collect, Sources};
use crate::registry::{
    Backend, Bounds, Counter, Facade, Folds, Gauge, Histogram, Matcher, OTHER, Registry, UpDownCounter,
};
use crate::sampler::Sampler;
use crate::scope::{CameraId, Governor, Lane, Shared, Table, TenantId, TenantMetrics};

/// Sites that are found by number; later ones are found by their labels.
const SITES: usize = 1024;

/// The telemetry that calls outside any scope use.
static INSTALLED: ArcSwapOption<Core> = ArcSwapOption::const_empty();

/// Limits and thresholds.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) service: Box<str>,
    pub(crate) service_version: Box<str>,
    pub(crate) sampling_ratio: f64,
    /// A call at or above this is exported even when it is not sampled.
    pub(crate) slow_call: Duration,
    pub(crate) max_tenants: usize,
    pub(crate) max_cameras: usize,
    /// Label sets of a metric that has neither tenant nor camera.
    pub(crate) max_series: usize,
    pub(crate) idle_after: Duration,
    /// Counters and histograms of the user's own; `None` keeps them.
    pub(crate) user_idle_after: Option<Duration>,
    pub(crate) bounds: Vec<(Matcher, Bounds)>,
    pub(crate) backend: Backend,
    /// Whether a caller may force sampling through baggage.
    pub(crate) debug_baggage: bool,
    pub(crate) sources: Vec<Arc<dyn Collect>>,
    #[cfg(feature = "slo")]
    pub(crate) slos: Option<crate::slo::Slos>,
    #[cfg(feature = "gpu")]
    pub(crate) gpus: Option<Arc<crate::gpu::Gpus>>,
    /// Lines that one source may write at one scrape.
    pub(crate) max_source_samples: usize,
    /// Whether OpenMetrics shows when a series began.
    pub(crate) created_timestamps: bool,
    /// Whether histograms get exponential buckets beside the classic ones.
    pub(crate) native_histograms: bool,
}

pub(crate) struct Core {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) registry: Registry,
    pub(crate) facade: Facade,
    pub(crate) sampler: Sampler,
    pub(crate) governor: Governor,
    pub(crate) other_tenant: Arc<TenantMetrics>,
    pub(crate) journal: Journal,
    /// Calls at or above this are exported even when they are not sampled.
    pub(crate) slow_nanos: u64,
    pub(crate) dropped: Dropped,
    pub(crate) sources: Sources,
    #[cfg(feature = "slo")]
    pub(crate) objectives: crate::slo::Objectives,
    #[cfg(feature = "otlp")]
    pub(crate) spans: OnceLock<crate::trace::Spans>,
    /// The log lines that a test looks at.
    #[cfg(all(feature = "otlp", feature = "testing"))]
    pub(crate) captured: OnceLock<crate::trace::Captured>,
    scopes: Table,
    sites: Box<[OnceLock<CallMetrics>]>,
    #[cfg(feature = "http")]
    pub(crate) requests: crate::instruments::request::RequestTable,
    by_labels: ArcSwap<HashMap<OwnedLabels, Arc<CallMetrics>>>,
    making: Mutex<()>,
    told_of_objective: AtomicBool,
    /// The handle is gone: scopes are no longer kept.
    closed: AtomicBool,
    last_sweep: AtomicU64,
}

type OwnedLabels = (crate::observe::Kind, [Box<str>; 4]);

#[derive(Hash)]
struct BorrowedLabels<'a>(crate::observe::Kind, [&'a str; 4]);

impl Equivalent<OwnedLabels> for BorrowedLabels<'_> {
    fn equivalent(&self, key: &OwnedLabels) -> bool {
        self.0 == key.0 && self.1.iter().zip(&key.1).all(|(a, b)| **a == **b)
    }
}

/// `its_telemetry_dropped_total`: a count for each signal and reason, kept out of the registry so that counting one
/// can never itself fail.
#[derive(Debug, Default)]
pub(crate) struct Dropped(Mutex<Vec<(&'static str, &'static str, u64)>>);

impl Dropped {
    pub(crate) fn add(&self, signal: &'static str, reason: &'static str, n: u64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.iter_mut().find(|(s, r, _)| (*s, *r) == (signal, reason)) {
            Some((_, _, count)) => *count += n,
            None => counts.push((signal, reason, n)),
        }
    }

    pub(crate) fn read(&self) -> Vec<(&'static str, &'static str, u64)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Core {
    pub(crate) fn new(mut settings: Settings, clock: Clock) -> Arc<Self> {
        let registry = Registry::new(settings.backend, settings.native_histograms, clock.clone());
        let scrapes = Arc::clone(&registry.scrapes);
        Arc::new(Self {
            facade: Facade::new(settings.bounds.clone(), settings.user_idle_after),
            sampler: Sampler::new(settings.sampling_ratio),
            governor: Governor::new(settings.max_tenants, settings.max_cameras, scrapes),
            other_tenant: Arc::new(TenantMetrics::new(OTHER, None)),
            journal: Journal::default(),
            slow_nanos: u64::try_from(settings.slow_call.as_nanos()).unwrap_or(u64::MAX),
            dropped: Dropped::default(),
            #[cfg(feature = "slo")]
            objectives: crate::slo::Objectives::of(settings.slos.as_ref()),
            sources: Sources::new(std::mem::take(&mut settings.sources), settings.max_source_samples),
            #[cfg(feature = "otlp")]
            spans: OnceLock::new(),
            #[cfg(all(feature = "otlp", feature = "testing"))]
            captured: OnceLock::new(),
            scopes: Table::new(),
            sites: std::iter::repeat_with(OnceLock::new).take(SITES).collect(),
            #[cfg(feature = "http")]
            requests: Default::default(),
            by_labels: ArcSwap::default(),
            making: Mutex::new(()),
            told_of_objective: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            last_sweep: AtomicU64::new(0),
            registry,
            clock,
            settings,
        })
    }

    /// Whether the site is one of those that are found by number.
    #[inline]
    pub(crate) fn has_room_for(&self, site: &'static Site) -> bool {
        site.number() < self.sites.len()
    }

    /// The handles of a site whose labels are all known at compile time.
    #[inline]
    pub(crate) fn site(&self, site: &'static Site) -> Option<&CallMetrics> {
        let slot = self.sites.get(site.number())?;
        Some(match slot.get() {
            Some(metrics) => metrics,
            None => slot.get_or_init(|| {
                let Site { kind, model, version, stage, slo, .. } = *site;
                let metrics = CallMetrics::new(self, CallLabels { kind, model, version, stage, slo });
                if let Some(slo) = slo.filter(|_| !metrics.has_objective()) {
                    self.unknown_objective(slo, site);
                }
                metrics
            }),
        })
    }

    /// The handles of a call whose labels are known at run time.
    pub(crate) fn call(&self, labels: CallLabels<'_>) -> Arc<CallMetrics> {
        let values = [labels.model, labels.version, labels.stage, labels.slo.unwrap_or_default()];
        let key = BorrowedLabels(labels.kind, values);
        if let Some(found) = self.by_labels.load().get(&key) {
            return Arc::clone(found);
        }
        let _one = self.making.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.by_labels.load_full();
        if let Some(found) = before.get(&key) {
            return Arc::clone(found);
        }
        let made = Arc::new(CallMetrics::new(self, labels));
        // Beyond the limit the series are folded, so keeping the handles would only cost memory.
        if before.len() < self.settings.max_series {
            let owned = (labels.kind, values.map(Into::into));
            let mut after = HashMap::clone(&before);
            after.insert(owned, Arc::clone(&made));
            self.by_labels.store(Arc::new(after));
        }
        made
    }

    /// A call names an objective that nobody has registered: counted, and said once.
    pub(crate) fn unknown_objective(&self, slo: &str, site: &Site) {
        self.dropped.add("slo", "unknown_objective", 1);
        if !self.told_of_objective.swap(true, Relaxed) {
            tracing::warn!(
                slo,
                function = site.name,
                module = site.target,
                "no objective of this name is registered; its events are not counted"
            );
        }
    }

    /// The scope of a tenant and a camera, interned when it has labels of its own.
    #[inline]
    pub(crate) fn scope(self: &Arc<Self>, tenant: Option<&str>, camera: Option<&str>) -> Arc<Lane> {
        match self.scopes.find(tenant, camera) {
            Some(lane) => lane,
            None => self.new_scope(tenant, camera),
        }
    }

    /// The scope, if it is interned.
    pub(crate) fn known_scope(&self, tenant: Option<&str>, camera: Option<&str>) -> Option<Arc<Lane>> {
        self.scopes.find(tenant, camera)
    }

    #[cold]
    fn new_scope(self: &Arc<Self>, tenant: Option<&str>, camera: Option<&str>) -> Arc<Lane> {
        let (tenant, camera) = (tenant.map(TenantId::or_invalid), camera.map(CameraId::or_invalid));
        let invalid = [&tenant.as_ref().map(|t| t.1), &camera.as_ref().map(|c| c.1)];
        if invalid.contains(&&Some(false)) {
            self.dropped.add("scope", "invalid_id", 1);
        }
        self.sweep_if_due();
        let shared = Arc::new(Shared::new(self, tenant.map(|t| t.0), camera.map(|c| c.0)));
        if shared.is_own() && !self.closed.load(Relaxed) {
            self.scopes.insert(shared, self.clock.now())
        } else {
            Arc::new(Lane { shared, slot: None })
        }
    }

    /// Ends what nothing has used for a while. At most ten times in the idle time, whoever asks.
    pub(crate) fn sweep_if_due(&self) {
        let now = self.clock.now();
        let (last, every) =
            (self.last_sweep.load(Relaxed), (self.settings.idle_after / 10).as_nanos() as u64);
        let nanos = now.as_nanos() as u64;
        if nanos.saturating_sub(last) < every
            || self.last_sweep.compare_exchange(last, nanos, Relaxed, Relaxed).is_err()
        {
            return;
        }
        self.scopes.sweep(now, self.settings.idle_after);
        self.facade.sweep(now);
        if let Backend::Own = self.registry.backend {
            self.registry.sweep();
        }
        self.governor.retire();
    }

    /// Lets go of the interned scopes, which hold this telemetry, and of the sources, which may.
    pub(crate) fn close(&self) {
        self.closed.store(true, Relaxed);
        self.scopes.clear();
        self.sources.clear();
    }

    pub(crate) fn counter(&self, i: &Instrument, labels: &[(&str, &str)], folds: Folds<'_>) -> Counter {
        self.resolve(i, labels, folds, Counter::own, Counter::facade_of).unwrap_or_else(Counter::nowhere)
    }

    pub(crate) fn up_down(&self, i: &Instrument, labels: &[(&str, &str)], folds: Folds<'_>) -> UpDownCounter {
        self.resolve(i, labels, folds, UpDownCounter::own, UpDownCounter::facade_of)
            .unwrap_or_else(UpDownCounter::nowhere)
    }

    pub(crate) fn gauge(&self, i: &Instrument, labels: &[(&str, &str)], folds: Folds<'_>) -> Gauge {
        self.resolve(i, labels, folds, Gauge::own, Gauge::facade_of).unwrap_or_else(Gauge::nowhere)
    }

    pub(crate) fn histogram(&self, i: &Instrument, labels: &[(&str, &str)], folds: Folds<'_>) -> Histogram {
        self.resolve(i, labels, folds, Histogram::own, Histogram::facade_of)
            .unwrap_or_else(Histogram::nowhere)
    }

    fn resolve<T>(
        &self,
        instrument: &Instrument,
        labels: &[(&str, &str)],
        folds: Folds<'_>,
        own: impl FnOnce(Arc<crate::registry::Series>) -> T,
        facade: impl FnOnce(metrics::Key) -> T,
    ) -> Option<T> {
        // Tenants and cameras are limited where scopes are made; here it is the backstop for their closed labels.
        let limit = match folds.last() {
            Some(&"tenant") => 8 * self.settings.max_tenants.max(self.settings.max_cameras),
            _ => self.settings.max_series,
        };
        let family = self.registry.family(&instrument.description(limit)).ok()?;
        let series = self.registry.series(&family, labels, folds)?;
        Some(match self.registry.backend {
            Backend::Own => own(series),
            Backend::InstalledRecorder => facade(crate::registry::facade::key(&family, &series)),
        })
    }
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// The installed telemetry, if there is one.
#[inline]
pub(crate) fn installed() -> arc_swap::Guard<Option<Arc<Core>>> {
    INSTALLED.load()
}

/// Makes `core` the one that calls outside any scope use; `false` when there is one already.
pub(crate) fn install(core: &Arc<Core>) -> bool {
    let before = INSTALLED.compare_and_swap(&None::<Arc<Core>>, Some(Arc::clone(core)));
    before.is_none()
}

/// Takes `core` out again.
pub(crate) fn uninstall(core: &Arc<Core>) {
    INSTALLED.compare_and_swap(core, None);
}
