//! A family: one metric name and its series, ordered by their labels.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::atomic::{AtomicBool, Ordering::Acquire, Ordering::Relaxed, fence};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use super::bounds::Bounds;
use super::labels::{self, OTHER};
use super::scrapes::Scrapes;
use super::series::{ByLabels, Series};

/// What a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// A number that only grows; its name ends with `_total`.
    Counter,
    /// A whole number that goes up and down; exposed as a gauge.
    UpDownCounter,
    /// The last value set.
    Gauge,
    /// A distribution over fixed buckets.
    Histogram,
}

/// How a metric is declared.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    pub(crate) name: Box<str>,
    pub(crate) help: Box<str>,
    /// Unit as the name spells it (`seconds`, `bytes`); empty for plain numbers.
    pub(crate) unit: Box<str>,
    pub(crate) kind: MetricKind,
    pub(crate) bounds: Option<Bounds>,
    /// Label sets of their own; what comes later is folded.
    pub(crate) limit: usize,
}

/// The labels that fold when a family is full, the least important first; each level folds those before it too.
pub(crate) type Folds<'a> = &'a [&'a str];

/// One metric name.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) description: Description,
    /// Given after the family was made.
    late_help: OnceLock<Box<str>>,
    /// Whether a series of it has ever been without a holder, which a scrape sees before the first one ends.
    may_end: AtomicBool,
    index: RwLock<Index>,
}

#[derive(Debug, Default)]
struct Index {
    series: BTreeSet<ByLabels>,
    /// Series at each level of folding.
    at_level: [usize; 8],
    /// Label sets that were folded, by the label that had to give way.
    folded: BTreeMap<Box<str>, u64>,
    expired: u64,
}

impl Index {
    /// Counts a fold of `folds`, the last of which is the one that had to be added.
    fn count_folded(&mut self, folds: Folds<'_>) {
        let Some(label) = folds.last() else { return };
        match self.folded.get_mut(*label) {
            Some(count) => *count += 1,
            None => {
                self.folded.insert((*label).into(), 1);
            }
        }
    }
}

/// How a family is used now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) series: usize,
    /// Label sets that were folded because the family was full.
    pub(crate) folded: u64,
    /// Series that have ended; `None` while none could.
    pub(crate) expired: Option<u64>,
}

impl Family {
    pub(crate) fn new(description: Description) -> Self {
        Self {
            description,
            late_help: OnceLock::new(),
            may_end: AtomicBool::new(false),
            index: RwLock::default(),
        }
    }

    /// The help text.
    pub(crate) fn help(&self) -> &str {
        self.late_help.get().unwrap_or(&self.description.help)
    }

    /// Adds a help text to a metric that was made without one.
    pub(crate) fn describe(&self, help: &str) {
        if self.description.help.is_empty() {
            self.late_help.get_or_init(|| help.into());
        }
    }

    /// The series with these labels, made by `make(text, level)` when it is new. A full family folds label by label.
    pub(crate) fn series(
        &self,
        pairs: &[(&str, &str)],
        folds: Folds<'_>,
        make: impl FnOnce(Box<str>, u8) -> Option<Series>,
    ) -> Option<Arc<Series>> {
        let own = labels::render(pairs.iter().copied());
        if let Some(found) = self.read(|index| index.series.get(&*own).map(ByLabels::take)) {
            return Some(found);
        }
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let levels = folds.len().min(index.at_level.len() - 1);
        for level in 0..=levels {
            // The last level folds all that may fold, however many labels that are.
            let folded = if level == levels { folds } else { &folds[..level] };
            let text = if level == 0 { own.clone() } else { fold(pairs, folded) };
            if let Some(found) = index.series.get(&*text) {
                let found = found.take();
                index.count_folded(&folds[..level]);
                return Some(found);
            }
            if level == levels || index.at_level[level] < self.description.limit {
                let series = Arc::new(make(text, level as u8)?);
                index.at_level[level] += 1;
                index.count_folded(&folds[..level]);
                index.series.insert(ByLabels(Arc::clone(&series)));
                return Some(series);
            }
        }
        None
    }

    fn read<T>(&self, read: impl FnOnce(&Index) -> T) -> T {
        read(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The next series after `after` in the order of their labels, at most `page` of them. No lock is held afterwards.
    #[cfg(any(feature = "admin", feature = "otlp", feature = "testing"))]
    pub(crate) fn page(&self, after: Option<&Series>, page: usize, into: &mut Vec<Arc<Series>>) {
        into.clear();
        self.read(|index| {
            let from = after.map_or(Bound::Unbounded, |series| Bound::Excluded(series.labels()));
            let rest = index.series.range::<str, _>((from, Bound::Unbounded));
            into.extend(rest.take(page).map(|series| Arc::clone(&series.0)));
        });
    }

    /// Shows the next series after the labels `after`, at most `count` of them, in the order of their labels. New
    /// series wait meanwhile, recording does not: `each` must be quick.
    pub(crate) fn visit(&self, after: Option<&str>, count: usize, each: impl FnMut(&Series)) {
        self.read(|index| {
            let from = after.map_or(Bound::Unbounded, Bound::Excluded);
            let rest = index.series.range::<str, _>((from, Bound::Unbounded));
            rest.take(count).map(|ByLabels(series)| &**series).for_each(each);
        });
    }

    pub(crate) fn usage(&self) -> Usage {
        self.read(|index| Usage {
            series: index.series.len(),
            folded: index.folded.values().sum(),
            expired: self.may_end.load(Relaxed).then_some(index.expired),
        })
    }

    /// Label sets that were folded because the family was full, by the label that had to give way.
    pub(crate) fn folded(&self) -> Vec<(Box<str>, u64)> {
        self.read(|index| index.folded.iter().map(|(label, count)| (label.clone(), *count)).collect())
    }

    /// Removes series that nobody holds and whose last value every scraper has. `seen`: the last scrape that has
    /// arrived at all of them.
    pub(crate) fn sweep(&self, scrapes: &Scrapes, seen: u64) {
        let any_to_do = self.read(|index| {
            index.series.iter().any(|ByLabels(series)| {
                let since = series.orphaned.load(Relaxed);
                is_orphan(series) && (since == 0 || since <= seen)
            })
        });
        if !any_to_do {
            return;
        }
        // Nobody takes a series meanwhile, so that what is an orphan here has got its last increment.
        let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
        let Index { series, at_level, expired, .. } = &mut *index;
        series.retain(|ByLabels(series)| {
            if !is_orphan(series) {
                return true;
            }
            let since = series.orphaned.load(Relaxed);
            if since == 0 {
                // Read after the last holder was gone: any later scrape shows what it wrote.
                series.orphaned.store(scrapes.begun() + 1, Relaxed);
                self.may_end.store(true, Relaxed);
            }
            let ends = since != 0 && since <= seen;
            if ends {
                at_level[usize::from(series.level)] -= 1;
                *expired += 1;
            }
            !ends
        });
    }
}

/// Whether only the index holds it. What the last holder wrote is then visible here.
fn is_orphan(series: &Arc<Series>) -> bool {
    let orphan = Arc::strong_count(series) == 1;
    fence(Acquire);
    orphan
}

fn fold(pairs: &[(&str, &str)], folded: &[&str]) -> Box<str> {
    labels::render(
        pairs.iter().map(|(name, value)| (*name, if folded.contains(name) { OTHER } else { *value })),
    )
}
