//! A handle for each outcome of a call.

use std::sync::OnceLock;
use std::sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Release},
};

use crate::observe::Outcome;
use crate::registry::{Bounds, Celled, Counter, Histogram, Writer};

/// One handle for each outcome, made when it is first needed.
#[derive(Debug)]
pub(crate) struct PerOutcome<T> {
    made: [OnceLock<T>; Outcome::COUNT],
    /// Where the numbers of those handles are, so that the hot path need not look into them.
    cells: [AtomicU32; Outcome::COUNT],
}

/// Not made yet, or kept by a recorder of the application's.
const NOWHERE: u32 = u32::MAX;

impl<T: Celled> PerOutcome<T> {
    pub(crate) fn new() -> Self {
        Self {
            made: [const { OnceLock::new() }; Outcome::COUNT],
            cells: [const { AtomicU32::new(NOWHERE) }; Outcome::COUNT],
        }
    }

    /// The handles made so far.
    pub(crate) fn made(&self) -> impl Iterator<Item = &T> {
        self.made.iter().filter_map(OnceLock::get)
    }

    #[inline]
    pub(crate) fn get(&self, outcome: Outcome, make: impl FnOnce() -> T) -> &T {
        match self.made[outcome as usize].get() {
            Some(made) => made,
            None => self.first(outcome, make),
        }
    }

    #[inline]
    fn cell(&self, outcome: Outcome) -> Option<u32> {
        let cell = self.cells[outcome as usize].load(Acquire);
        (cell != NOWHERE).then_some(cell)
    }

    #[cold]
    fn first(&self, outcome: Outcome, make: impl FnOnce() -> T) -> &T {
        let made = self.made[outcome as usize].get_or_init(make);
        if let Some(cell) = made.cell() {
            self.cells[outcome as usize].store(cell, Release);
        }
        made
    }
}

impl PerOutcome<Counter> {
    /// Counts one more of these.
    #[inline]
    pub(crate) fn count(&self, writer: Writer<'_>, outcome: Outcome, make: impl FnOnce() -> Counter) {
        match self.cell(outcome) {
            Some(cell) => writer.add(cell, 1),
            None => self.first(outcome, make).add_with(writer, 1),
        }
    }
}

impl PerOutcome<Histogram> {
    /// Records how long one of these took. All the histograms have `bounds`.
    #[inline]
    pub(crate) fn record_nanos(
        &self,
        writer: Writer<'_>,
        bounds: Option<&Bounds>,
        (outcome, nanos): (Outcome, u64),
        make: impl FnOnce() -> Histogram,
    ) {
        if let (Some(cell), Some(bounds)) = (self.cell(outcome), bounds) {
            bounds.record_nanos(writer, cell, nanos);
        } else {
            self.first(outcome, make).record_nanos_with(writer, nanos, || None);
        }
    }
}
