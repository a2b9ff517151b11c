//! The bounded series store.
//!
//! Handles ([`Counter`], [`UpDownCounter`], [`Gauge`], [`Histogram`]) flow out when a label set is first used and write
//! without a lock; a scrape walks families and series in order. Nothing here grows with the number of samples.

mod bounds;
mod cell;
mod cells;
pub mod collect;
mod exemplar;
pub(crate) mod facade;
mod family;
mod handle;
mod histogram;
mod labels;
mod native;
mod number;
mod reader;
mod recorder;
mod scrapes;
mod series;
mod slot;
mod slots;
mod sync;

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

pub use bounds::{Bounds, BoundsError};
pub use family::MetricKind;
pub use handle::{Counter, Gauge, UpDownCounter};
pub use histogram::Histogram;
pub use number::Number;
pub(crate) use recorder::Facade;
pub use recorder::{Matcher, Recorder};

use crate::clock::Clock;

pub(crate) use cells::{Cells, Writer};
pub(crate) use exemplar::Exemplar;
pub(crate) use family::{Description, Family, Folds};
pub(crate) use handle::Celled;
pub(crate) use labels::{OTHER, label_name, metric_name, parse as parse_labels, render as render_labels};
pub(crate) use native::{Buckets, Exponential, Native, ZERO_THRESHOLD};
pub(crate) use reader::Reader;
#[cfg(feature = "admin")]
pub(crate) use scrapes::InTransit;
pub(crate) use scrapes::{Scraper, Scrapes, Showing};
pub(crate) use series::{Reading, Series, Value};
pub(crate) use slot::current as current_slot;
pub(crate) use slots::SLOTS;

/// Where the numbers of the standard instruments live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backend {
    /// In our own registry, which serves `/metrics`.
    #[default]
    Own,
    /// In the recorder of the `metrics` facade that the application installs, before its first call. Names, labels and
    /// counts are the same; exemplars, expiry and our own `/metrics` are not to be had there. The module
    /// `instruments::exporter_prometheus` lists every difference for that exporter.
    InstalledRecorder,
}

/// All families of one telemetry.
#[derive(Debug)]
pub(crate) struct Registry {
    cells: Arc<Cells>,
    families: RwLock<Families>,
    pub(crate) backend: Backend,
    native: bool,
    pub(crate) scrapes: Arc<Scrapes>,
    /// Series that found no room in the arena.
    pub(crate) refused: AtomicU64,
}

#[derive(Debug, Default)]
struct Families {
    by_name: BTreeMap<Box<str>, Arc<Family>>,
    /// Every name that a sample may carry, so that `x_count` and the histogram `x` cannot both exist.
    sample_names: HashSet<Box<str>>,
}

/// The name is in use by a metric of another kind, or as a part of a histogram.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the metric name {0:?} is already in use by a metric of another kind; choose another name")]
pub(crate) struct NameTaken(pub(crate) Box<str>);

impl Registry {
    /// `native`: whether histograms get exponential buckets as well.
    pub(crate) fn new(backend: Backend, native: bool, clock: Clock) -> Self {
        Self {
            cells: Cells::new(),
            families: RwLock::default(),
            backend,
            native,
            scrapes: Scrapes::new(clock),
            refused: AtomicU64::new(0),
        }
    }

    /// This thread's way to the numbers.
    #[inline]
    pub(crate) fn writer(&self) -> Writer<'_> {
        self.cells.writer()
    }

    /// The family of that name, made if it is new.
    pub(crate) fn family(&self, description: &Description) -> Result<Arc<Family>, NameTaken> {
        let same_kind = |family: &Arc<Family>| {
            (family.description.kind == description.kind)
                .then(|| Arc::clone(family))
                .ok_or_else(|| NameTaken(description.name.clone()))
        };
        if let Some(family) = self.find(&description.name) {
            return same_kind(&family);
        }
        let mut families = self.families.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(family) = families.by_name.get(&description.name) {
            return same_kind(family);
        }
        let names = sample_names(description);
        if names.iter().any(|name| families.sample_names.contains(name)) {
            return Err(NameTaken(description.name.clone()));
        }
        families.sample_names.extend(names);
        let family = Arc::new(Family::new(description.clone()));
        families.by_name.insert(description.name.clone(), Arc::clone(&family));
        if let Backend::InstalledRecorder = self.backend {
            facade::describe(description);
        }
        Ok(family)
    }

    pub(crate) fn find(&self, name: &str) -> Option<Arc<Family>> {
        self.families.read().unwrap_or_else(PoisonError::into_inner).by_name.get(name).cloned()
    }

    /// All families, by name.
    pub(crate) fn families(&self) -> Vec<Arc<Family>> {
        self.families.read().unwrap_or_else(PoisonError::into_inner).by_name.values().cloned().collect()
    }

    /// The series with these labels; `None` (counted) when the arena is full.
    pub(crate) fn series(
        &self,
        family: &Family,
        pairs: &[(&str, &str)],
        folds: Folds<'_>,
    ) -> Option<Arc<Series>> {
        let description = &family.description;
        let found = family.series(pairs, folds, |text, level| {
            let value = match description.kind {
                _ if matches!(self.backend, Backend::InstalledRecorder) => Value::Elsewhere,
                MetricKind::Counter => Value::Counter(self.cells.allocate(1)?),
                MetricKind::UpDownCounter => Value::UpDown(self.cells.allocate(1)?),
                MetricKind::Gauge => Value::Gauge(AtomicU64::new(0)),
                MetricKind::Histogram => {
                    let bounds = description.bounds.clone()?;
                    let range = self.cells.allocate(bounds.buckets() + 1)?;
                    let native = self.native.then(|| Box::new(Native::new()));
                    Value::Histogram { range, bounds, exemplars: Default::default(), native }
                }
            };
            Some(Series::new(text, value, level, now_ms(), self.scrapes.begun()))
        });
        if found.is_none() {
            self.refused.fetch_add(1, Relaxed);
        }
        found
    }

    /// Reads the numbers of many series, one after the other.
    pub(crate) fn reader(&self) -> Reader<'_> {
        Reader::new(&self.cells)
    }

    /// Whether a sample of `description` would bear a name that is in use.
    pub(crate) fn has_names_of(&self, description: &Description) -> bool {
        let families = self.families.read().unwrap_or_else(PoisonError::into_inner);
        sample_names(description).iter().any(|name| families.sample_names.contains(name))
    }

    /// Ends series that nobody holds and whose last value every scraper has.
    pub(crate) fn sweep(&self) {
        let seen = self.scrapes.seen_by_all();
        self.families().iter().for_each(|family| family.sweep(&self.scrapes, seen));
    }
}

/// Every name that a sample of this metric may carry.
pub(crate) fn sample_names(description: &Description) -> Vec<Box<str>> {
    let name = &description.name;
    match description.kind {
        MetricKind::Counter => {
            let base = name.strip_suffix("_total").unwrap_or(name);
            vec![name.clone(), base.into(), format!("{base}_created").into()]
        }
        MetricKind::Histogram => ["", "_bucket", "_sum", "_count", "_created"]
            .iter()
            .map(|suffix| format!("{name}{suffix}").into())
            .collect(),
        MetricKind::UpDownCounter | MetricKind::Gauge => vec![name.clone()],
    }
}

pub(crate) fn now_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}
