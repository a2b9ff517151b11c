//! Numbers of the last minutes: one row of columns for each slot of time.

use super::SLOTS;

/// Counts of one subject. `f32` is exact up to 16 million a slot and halves the memory of `f64`.
#[derive(Debug)]
pub(super) struct Ring {
    width: usize,
    cells: Box<[f32]>,
    totals: Box<[f64]>,
}

impl Ring {
    pub(super) fn new(width: usize) -> Self {
        Self { width, cells: vec![0.0; width * SLOTS].into(), totals: vec![0.0; width].into() }
    }

    pub(super) fn add(&mut self, slot: usize, column: usize, n: f64) {
        self.cells[slot * self.width + column] += n as f32;
        self.totals[column] += n;
    }

    pub(super) fn clear(&mut self, slot: usize) {
        self.cells[slot * self.width..][..self.width].fill(0.0);
    }

    pub(super) fn row(&self, slot: usize) -> &[f32] {
        &self.cells[slot * self.width..][..self.width]
    }

    /// The sum of a column over some slots.
    pub(super) fn sum(&self, slots: &[usize], column: usize) -> f64 {
        slots.iter().map(|slot| f64::from(self.cells[slot * self.width + column])).sum()
    }

    /// Everything that was added to a column.
    pub(super) fn total(&self, column: usize) -> f64 {
        self.totals[column]
    }
}
