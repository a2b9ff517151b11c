//! Reading many cells: the copies of all thread slots are looked up once, not once for each cell.

use std::sync::atomic::Ordering::Relaxed;

use super::SLOTS;
use super::cells::{Cells, Copy};

/// One scrape's way into the arena. A thread that writes for the first time meanwhile is seen by the next one.
pub(crate) struct Reader<'a> {
    copies: [Option<&'a Copy>; SLOTS],
    live: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(cells: &'a Cells) -> Self {
        let mut reader = Self { copies: [None; SLOTS], live: 0 };
        for copy in cells.copies() {
            reader.copies[reader.live] = Some(copy);
            reader.live += 1;
        }
        reader
    }

    fn copies(&self) -> impl Iterator<Item = &'a Copy> {
        self.copies[..self.live].iter().flatten().copied()
    }

    /// The sum of a counter or of a signed gauge.
    #[inline]
    pub(crate) fn sum(&self, cell: u32) -> u64 {
        let value = |copy| Cells::cells_from(copy, cell).map_or(0, |cells| cells[0].load(Relaxed));
        self.copies().fold(0, |sum, copy| sum.wrapping_add(value(copy)))
    }

    /// The sum of a cell that holds floating-point bits.
    #[inline]
    pub(crate) fn sum_f64(&self, cell: u32) -> f64 {
        let value = |copy| Cells::cells_from(copy, cell).map_or(0, |cells| cells[0].load(Relaxed));
        self.copies().map(|copy| f64::from_bits(value(copy))).sum()
    }

    /// Adds neighbouring cells to `into`, one copy after the other.
    #[inline]
    pub(crate) fn sum_into(&self, base: u32, into: &mut [u64]) {
        for cells in self.copies().filter_map(|copy| Cells::cells_from(copy, base)) {
            for (sum, cell) in into.iter_mut().zip(cells) {
                *sum = sum.wrapping_add(cell.load(Relaxed));
            }
        }
    }
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("live", &self.live).finish_non_exhaustive()
    }
}
