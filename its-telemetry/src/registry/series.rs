//! One series: its labels as text and the cells that hold its numbers.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::sync::Arc;
#[cfg(feature = "otlp")]
use std::sync::atomic::AtomicBool;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::bounds::Bounds;
use super::cells::Range;
use super::exemplar::Exemplars;
use super::native::Native;
use super::number::Number;
use super::reader::Reader;

/// What a series of each kind keeps.
#[derive(Debug)]
pub(crate) enum Value {
    /// Only grows.
    Counter(Range),
    /// Goes up and down by whole numbers, from any thread.
    UpDown(Range),
    /// The last value set, as floating-point bits.
    Gauge(AtomicU64),
    /// Buckets, then the sum.
    Histogram { range: Range, bounds: Bounds, exemplars: Exemplars, native: Option<Box<Native>> },
    /// The numbers are in a recorder of the application's; here is only the label set, for the governor.
    Elsewhere,
}

/// What a scrape reads of a series.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reading {
    Number(Number),
    Histogram { sum: f64 },
    Elsewhere,
}

/// One label set of a family.
#[derive(Debug)]
pub(crate) struct Series {
    labels: Box<str>,
    value: Value,
    /// How far its labels are folded; 0 for its own labels.
    pub(crate) level: u8,
    created_ms: u64,
    /// The scrape before its birth; every later one shows it.
    pub(crate) born: u64,
    /// Whether a push has brought its zero to the collector.
    #[cfg(feature = "otlp")]
    zero_pushed: AtomicBool,
    /// The first scrape after nobody held the series any more; 0 while somebody does.
    pub(super) orphaned: AtomicU64,
}

impl Series {
    pub(crate) fn new(labels: Box<str>, value: Value, level: u8, created_ms: u64, born: u64) -> Self {
        Self {
            labels,
            value,
            level,
            created_ms,
            born,
            #[cfg(feature = "otlp")]
            zero_pushed: AtomicBool::new(false),
            orphaned: AtomicU64::new(0),
        }
    }

    /// `name="value",..`, without braces.
    pub(crate) fn labels(&self) -> &str {
        &self.labels
    }

    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    /// Milliseconds since the Unix epoch.
    pub(crate) fn created_ms(&self) -> u64 {
        self.created_ms
    }

    /// Whether a push is to send its zero: until one has arrived, since no backend takes it after a later point.
    #[cfg(feature = "otlp")]
    pub(crate) fn wants_zero_point(&self) -> bool {
        self.born > 0 && !self.zero_pushed.load(Relaxed)
    }

    /// Its zero has arrived.
    #[cfg(feature = "otlp")]
    pub(crate) fn zero_point_arrived(&self) {
        self.zero_pushed.store(true, Relaxed);
    }

    /// Reads the value. Of a histogram it is the sum; its buckets (not cumulative, `+Inf` last) are added to `buckets`.
    pub(crate) fn read(&self, reader: &Reader<'_>, buckets: &mut Vec<u64>) -> Reading {
        match &self.value {
            Value::Counter(range) => Reading::Number(Number::Unsigned(reader.sum(range.base()))),
            Value::UpDown(range) => Reading::Number(Number::Signed(reader.sum(range.base()) as i64)),
            Value::Gauge(bits) => Reading::Number(Number::Float(f64::from_bits(bits.load(Relaxed)))),
            Value::Histogram { range, bounds, .. } => {
                let sum = range.base() + bounds.buckets() as u32;
                // The sum first: a call in progress may be in the buckets and not in the sum, never the other way round.
                let sum =
                    if bounds.is_duration() { reader.sum(sum) as f64 / 1e9 } else { reader.sum_f64(sum) };
                let begin = buckets.len();
                buckets.resize(begin + bounds.buckets(), 0);
                reader.sum_into(range.base(), &mut buckets[begin..]);
                Reading::Histogram { sum }
            }
            Value::Elsewhere => Reading::Elsewhere,
        }
    }

    /// The value of a counter or a gauge; the count of a histogram.
    pub(crate) fn number(&self) -> f64 {
        match &self.value {
            Value::Counter(range) => range.cells().sum(range.base()) as f64,
            Value::UpDown(range) => range.cells().sum(range.base()) as i64 as f64,
            Value::Gauge(bits) => f64::from_bits(bits.load(Relaxed)),
            Value::Histogram { .. } => self.histogram(&mut Vec::new()).0 as f64,
            Value::Elsewhere => 0.0,
        }
    }

    /// Fills `buckets` (not cumulative, `+Inf` last) and returns count and sum. The count is that of the buckets.
    pub(crate) fn histogram(&self, buckets: &mut Vec<u64>) -> (u64, f64) {
        buckets.clear();
        let Value::Histogram { range, bounds, .. } = &self.value else { return (0, 0.0) };
        let n = bounds.buckets();
        buckets.resize(n, 0);
        let sum = range.base() + n as u32;
        // The sum first: a call in progress may be in the buckets and not in the sum, never the other way round.
        let sum = if bounds.is_duration() {
            range.cells().sum(sum) as f64 / 1e9
        } else {
            range.cells().sum_f64(sum)
        };
        range.cells().sum_into(range.base(), buckets);
        (buckets.iter().sum(), sum)
    }
}

/// A series in the index of its family, ordered by its labels.
#[derive(Clone, Debug)]
pub(crate) struct ByLabels(pub(crate) Arc<Series>);

impl ByLabels {
    /// Gives it to a holder, whose increments are to be scraped before it may end.
    pub(super) fn take(&self) -> Arc<Series> {
        self.0.orphaned.store(0, Relaxed);
        Arc::clone(&self.0)
    }
}

impl Borrow<str> for ByLabels {
    fn borrow(&self) -> &str {
        self.0.labels()
    }
}

impl Ord for ByLabels {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.labels().cmp(other.0.labels())
    }
}

impl PartialOrd for ByLabels {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ByLabels {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for ByLabels {}
