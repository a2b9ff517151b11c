//! Some series of a family, copied.
//!
//! A scrape waits for memory more than for anything else: reading many series in one go lets the processor fetch them
//! side by side, and writing text from the copy needs no lock and holds no series alive.

use std::ops::Range;

use super::format::Format;
use super::sample::{Histogram, Point, Sample};
use crate::registry::{
    Bounds, Exemplar, Exponential, Family, Number, Reader, Reading, Series, Showing, Value,
};

/// Series in one copy.
const SIZE: usize = 32;

/// The copy, and how far it has been written.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The labels of all series, one after the other.
    labels: String,
    /// The buckets of all series, likewise.
    buckets: Vec<u64>,
    exemplars: Vec<Option<Exemplar>>,
    /// The exponential buckets of those series that have them.
    natives: Vec<Exponential>,
    entries: Vec<Entry>,
    next: usize,
    /// Whether exemplars are wanted.
    with_exemplars: bool,
    /// Whether exponential buckets are wanted.
    with_native: bool,
}

#[derive(Debug)]
struct Entry {
    labels: Range<usize>,
    created_ms: u64,
    value: Copied,
}

#[derive(Debug)]
enum Copied {
    Number(Number),
    Histogram { buckets: Range<usize>, exemplars: Range<usize>, sum: f64, native: Option<usize> },
}

impl Page {
    pub(super) fn new(format: Format) -> Self {
        let with_exemplars = format != Format::Text;
        Self { with_exemplars, with_native: format == Format::Protobuf, ..Self::default() }
    }

    /// Copies the first series of `family`; `false` when there is none.
    pub(super) fn first(&mut self, family: &Family, reader: &Reader<'_>, showing: &Showing) -> bool {
        self.clear();
        self.fill(family, None, reader, showing)
    }

    /// Copies the series after those of this page; `false` when there is none.
    pub(super) fn turn(&mut self, family: &Family, reader: &Reader<'_>, showing: &Showing) -> bool {
        let Some(last) = self.entries.pop().filter(|_| self.entries.len() + 1 == SIZE) else { return false };
        let after = self.labels.split_off(last.labels.start);
        self.clear();
        self.fill(family, Some(&after), reader, showing)
    }

    fn clear(&mut self) {
        self.labels.clear();
        self.buckets.clear();
        self.exemplars.clear();
        self.natives.clear();
        self.entries.clear();
        self.next = 0;
    }

    fn fill(&mut self, family: &Family, after: Option<&str>, reader: &Reader<'_>, showing: &Showing) -> bool {
        family.visit(after, SIZE, |series| self.copy(series, reader, showing));
        !self.entries.is_empty()
    }

    fn copy(&mut self, series: &Series, reader: &Reader<'_>, showing: &Showing) {
        let is_first = showing.is_first_of(series.born);
        let begin = self.buckets.len();
        let value = match (series.read(reader, &mut self.buckets), series.value()) {
            (Reading::Number(_), Value::Counter(_)) if is_first => Copied::Number(Number::Unsigned(0)),
            (Reading::Number(number), _) => Copied::Number(number),
            (Reading::Histogram { mut sum }, Value::Histogram { exemplars, native, .. }) => {
                let before = self.exemplars.len();
                let native = native.as_ref().filter(|_| self.with_native).map(|native| {
                    self.natives.push(native.read());
                    self.natives.len() - 1
                });
                if is_first {
                    self.buckets[begin..].fill(0);
                    sum = 0.0;
                    native.into_iter().for_each(|native| self.natives[native] = Exponential::default());
                } else if self.with_exemplars {
                    exemplars.read(&mut self.exemplars);
                }
                let exemplars = before..self.exemplars.len();
                Copied::Histogram { buckets: begin..self.buckets.len(), exemplars, sum, native }
            }
            _ => return,
        };
        let labels = self.labels.len();
        self.labels.push_str(series.labels());
        let labels = labels..self.labels.len();
        self.entries.push(Entry { labels, created_ms: series.created_ms(), value });
    }

    /// The next series of the copy. `bounds` are those of the family.
    #[inline]
    pub(super) fn next<'a>(&'a mut self, bounds: Option<&'a Bounds>) -> Option<Sample<'a>> {
        let entry = self.entries.get(self.next)?;
        self.next += 1;
        let point = match &entry.value {
            Copied::Number(number) => Point::Number(*number),
            Copied::Histogram { buckets, exemplars, sum, native } => Point::Histogram(Histogram {
                bounds: bounds?,
                buckets: &self.buckets[buckets.clone()],
                sum: *sum,
                exemplars: &self.exemplars[exemplars.clone()],
                native: native.and_then(|native| self.natives.get(native)),
            }),
        };
        let labels = &self.labels[entry.labels.clone()];
        Some(Sample { labels, created_ms: Some(entry.created_ms), point })
    }
}
