//! The `metrics` facade on top of the registry: a user's own `counter!`, and every library's, lands beside ours.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use hashbrown::{HashMap, HashTable};
use metrics::{CounterFn, GaugeFn, HistogramFn, Key, KeyName, Metadata, SharedString, Unit};

use super::handle::{Counter, Gauge};
use super::histogram::Histogram;
use super::series::Series;
use super::{Bounds, Description, MetricKind, label_name, metric_name};
use crate::core::Core;

const SHARDS: usize = 16;

/// Records what comes through the macros of the [`metrics`] crate. Histograms always have buckets, never quantiles.
///
/// Counters get the suffix `_total` when they lack it. A name that is in use by a metric of another kind records
/// nothing and is counted in `its_telemetry_dropped_total{signal="metrics",reason="name_taken"}`; so does a histogram
/// with a label `le`, which its buckets need for themselves, under `reason="reserved_label"`.
#[derive(Clone)]
pub struct Recorder(Arc<Core>);

/// Handles that the macros have asked for, by key.
#[derive(Debug)]
pub(crate) struct Facade {
    rules: Vec<(Matcher, Bounds)>,
    idle_after: Option<Duration>,
    described: RwLock<HashMap<Box<str>, Described>>,
    counters: Cache<UserCounter>,
    gauges: Cache<Gauge>,
    histograms: Cache<UserHistogram>,
}

#[derive(Clone, Debug)]
struct Described {
    unit: Option<Unit>,
    help: Box<str>,
}

/// Which histograms a rule for bounds is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Matcher {
    /// The metric of this name.
    Full(String),
    /// Metrics whose name begins so.
    Prefix(String),
    /// Metrics whose name ends so.
    Suffix(String),
}

impl Matcher {
    fn matches(&self, name: &str) -> bool {
        match self {
            Self::Full(full) => name == full,
            Self::Prefix(prefix) => name.starts_with(&**prefix),
            Self::Suffix(suffix) => name.ends_with(&**suffix),
        }
    }
}

/// Bounds of a user's histogram without a rule: durations, sizes, anything else.
const SECONDS: &[f64] = crate::instruments::buckets::HTTP;
const BYTES: &[f64] = &[256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262144.0, 1048576.0, 4194304.0, 16777216.0];
const VALUES: &[f64] = &[
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0,
    500.0, 1000.0,
];

impl Facade {
    pub(crate) fn new(rules: Vec<(Matcher, Bounds)>, idle_after: Option<Duration>) -> Self {
        Self {
            rules,
            idle_after,
            described: RwLock::default(),
            counters: Cache::new(),
            gauges: Cache::new(),
            histograms: Cache::new(),
        }
    }

    fn bounds(&self, name: &str) -> Option<Bounds> {
        let rule = self.rules.iter().find(|(matcher, _)| matcher.matches(name));
        let fallback = || match name {
            name if name.ends_with("_seconds") => Bounds::new(SECONDS),
            name if name.ends_with("_bytes") => Bounds::new(BYTES),
            _ => Bounds::new(VALUES),
        };
        rule.map(|(_, bounds)| bounds.clone()).or_else(|| fallback().ok())
    }

    fn described(&self, name: &str) -> Option<Described> {
        self.described.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Lets counters and histograms go that nobody holds and that have not moved, if the user asked for it. Gauges
    /// stay: a value set once is as good as one set every second.
    pub(crate) fn sweep(&self, now: Duration) {
        if let Some(after) = self.idle_after {
            self.counters.sweep(now, after, |counter| counter.counter.value());
            self.histograms.sweep(now, after, |histogram| histogram.histogram.count());
        }
    }
}

impl Recorder {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self(core)
    }

    fn series(&self, key: &Key, kind: MetricKind) -> Option<Arc<Series>> {
        let core = &self.0;
        let name = exposed_name(key.name(), kind);
        if kind == MetricKind::Histogram && key.labels().any(|label| label_name(label.key()) == "le") {
            core.dropped.add("metrics", "reserved_label", 1);
            return None;
        }
        let described = core.facade.described(key.name());
        let description = Description {
            unit: unit_of(&name, described.as_ref().and_then(|d| d.unit)).into(),
            help: described.map(|d| d.help).unwrap_or_default(),
            bounds: if kind == MetricKind::Histogram { core.facade.bounds(&name) } else { None },
            name: name.into(),
            kind,
            limit: core.settings.max_series,
        };
        let Ok(family) = core.registry.family(&description) else {
            core.dropped.add("metrics", "name_taken", 1);
            return None;
        };
        let mut labels: Vec<(Cow<'_, str>, &str)> =
            key.labels().map(|label| (label_name(label.key()), label.value())).collect();
        labels.sort();
        labels.dedup_by(|a, b| a.0 == b.0);
        let pairs: Vec<(&str, &str)> = labels.iter().map(|(name, value)| (&**name, *value)).collect();
        core.registry.series(&family, &pairs, &fold_order(&pairs))
    }
}

/// The camera folds first, then the tenant, then the rest.
fn fold_order<'a>(pairs: &[(&'a str, &str)]) -> Vec<&'a str> {
    let rank = |name: &str| match name {
        "camera" => 0,
        "tenant" => 1,
        _ => 2,
    };
    let mut names: Vec<&str> = pairs.iter().map(|(name, _)| *name).collect();
    names.sort_by_key(|name| rank(name));
    names
}

fn exposed_name(name: &str, kind: MetricKind) -> String {
    let name = metric_name(name);
    match kind {
        MetricKind::Counter if !name.ends_with("_total") => format!("{name}_total"),
        _ => name.into_owned(),
    }
}

/// The unit, when the name ends with it, as OpenMetrics wants.
fn unit_of(name: &str, unit: Option<Unit>) -> &'static str {
    let base = name.strip_suffix("_total").unwrap_or(name);
    let unit = match unit {
        Some(Unit::Seconds) => "seconds",
        Some(Unit::Bytes) => "bytes",
        Some(Unit::Percent) => "percent",
        Some(Unit::Milliseconds) => "milliseconds",
        _ => "",
    };
    let ends = base.strip_suffix(unit).is_some_and(|rest| rest.ends_with('_'));
    if ends { unit } else { "" }
}

impl metrics::Recorder for Recorder {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.describe(&key, MetricKind::Counter, unit, &help);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.describe(&key, MetricKind::Gauge, unit, &help);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, help: SharedString) {
        self.describe(&key, MetricKind::Histogram, unit, &help);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> metrics::Counter {
        let make = || {
            let counter = self.series(key, MetricKind::Counter).map_or_else(Counter::nowhere, Counter::own);
            UserCounter { counter, absolute: Mutex::new(()) }
        };
        metrics::Counter::from_arc(self.0.facade.counters.get(key, make))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> metrics::Gauge {
        let make = || self.series(key, MetricKind::Gauge).map_or_else(Gauge::nowhere, Gauge::own);
        metrics::Gauge::from_arc(self.0.facade.gauges.get(key, make))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> metrics::Histogram {
        let make = || {
            let histogram =
                self.series(key, MetricKind::Histogram).map_or_else(Histogram::nowhere, Histogram::own);
            UserHistogram { histogram, core: Arc::downgrade(&self.0) }
        };
        metrics::Histogram::from_arc(self.0.facade.histograms.get(key, make))
    }
}

impl Recorder {
    fn describe(&self, name: &KeyName, kind: MetricKind, unit: Option<Unit>, help: &str) {
        let mut described = self.0.facade.described.write().unwrap_or_else(PoisonError::into_inner);
        // As many as there can be families; a description without a metric is only memory.
        if described.len() < self.0.settings.max_series {
            described.insert(name.as_str().into(), Described { unit, help: help.into() });
        }
        if let Some(family) = self.0.registry.find(&exposed_name(name.as_str(), kind)) {
            family.describe(help);
        }
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct UserCounter {
    counter: Counter,
    /// Two threads that set the same absolute value must not both add the difference.
    absolute: Mutex<()>,
}

impl CounterFn for UserCounter {
    fn increment(&self, value: u64) {
        self.counter.add(value);
    }

    fn absolute(&self, value: u64) {
        let _one = self.absolute.lock().unwrap_or_else(PoisonError::into_inner);
        self.counter.add(value.saturating_sub(self.counter.value()));
    }
}

impl GaugeFn for Gauge {
    fn increment(&self, value: f64) {
        self.add(value);
    }

    fn decrement(&self, value: f64) {
        self.add(-value);
    }

    fn set(&self, value: f64) {
        Self::set(self, value);
    }
}

#[derive(Debug)]
struct UserHistogram {
    histogram: Histogram,
    core: std::sync::Weak<Core>,
}

impl HistogramFn for UserHistogram {
    fn record(&self, value: f64) {
        self.record_many(value, 1);
    }

    fn record_many(&self, value: f64, count: usize) {
        if !self.histogram.record_many(value, count as u64)
            && let Some(core) = self.core.upgrade()
        {
            core.dropped.add("metrics", "not_finite", count as u64);
        }
    }
}

/// Handles by key, found with the hash that the key brings along.
#[derive(Debug)]
struct Cache<T>([RwLock<HashTable<Cached<T>>>; SHARDS]);

#[derive(Debug)]
struct Cached<T> {
    key: Key,
    handle: Arc<T>,
    /// What the handle had counted when it was last seen to move, and when that was.
    seen: (u64, Duration),
}

impl<T> Cache<T> {
    fn new() -> Self {
        Self(std::array::from_fn(|_| RwLock::default()))
    }

    fn get(&self, key: &Key, make: impl FnOnce() -> T) -> Arc<T> {
        let hash = key.get_hash();
        let shard = &self.0[hash as usize % SHARDS];
        let found = |table: &HashTable<Cached<T>>| {
            table.find(hash, |cached| cached.key == *key).map(|cached| Arc::clone(&cached.handle))
        };
        if let Some(handle) = found(&shard.read().unwrap_or_else(PoisonError::into_inner)) {
            return handle;
        }
        let mut table = shard.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = found(&table) {
            return handle;
        }
        let handle = Arc::new(make());
        let cached = Cached { key: key.clone(), handle: Arc::clone(&handle), seen: (0, Duration::ZERO) };
        table.insert_unique(hash, cached, |cached| cached.key.get_hash());
        handle
    }

    fn sweep(&self, now: Duration, after: Duration, count: impl Fn(&T) -> u64) {
        for shard in &self.0 {
            shard.write().unwrap_or_else(PoisonError::into_inner).retain(|cached| {
                let counted = count(&cached.handle);
                if Arc::strong_count(&cached.handle) > 1
                    || counted != cached.seen.0
                    || cached.seen.1.is_zero()
                {
                    cached.seen = (counted, now);
                }
                now.saturating_sub(cached.seen.1) < after
            });
        }
    }
}
