//! The numbers themselves: an arena of 64-bit cells with one copy for each thread slot, summed when read.
//!
//! A thread writes only to its own copy, so two threads never fight for a cache line, and the cells of one series
//! lie side by side. Memory is taken in chunks, on a slot's first write to one.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::slots::{SHARED, SLOTS};
use super::{cell as one, slot};

const CHUNK: usize = 1024;
const CHUNKS: usize = 2048;

type Chunk = Box<[AtomicU64; CHUNK]>;
pub(super) type Copy = Box<[OnceLock<Chunk>; CHUNKS]>;

/// The arena. Cells are addressed by number; a [`Range`] owns neighbouring ones.
pub(crate) struct Cells {
    copies: [OnceLock<Copy>; SLOTS],
    free: Mutex<Free>,
}

#[derive(Default)]
struct Free {
    next: usize,
    returned: BTreeMap<usize, Vec<usize>>,
}

impl Cells {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { copies: [const { OnceLock::new() }; SLOTS], free: Mutex::default() })
    }

    /// `len` neighbouring cells, all zero; `None` when the arena is full (two million cells).
    pub(crate) fn allocate(self: &Arc<Self>, len: usize) -> Option<Range> {
        if len > CHUNK {
            return None;
        }
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let base = match free.returned.get_mut(&len).and_then(Vec::pop) {
            Some(base) => base,
            None => {
                let left = CHUNK - free.next % CHUNK;
                if len > left {
                    let (rest, next) = (free.next, free.next + left);
                    free.returned.entry(left).or_default().push(rest);
                    free.next = next;
                }
                if free.next + len > CHUNK * CHUNKS {
                    return None;
                }
                let base = free.next;
                free.next += len;
                base
            }
        };
        Some(Range { cells: Arc::clone(self), base: base as u32, len: len as u32 })
    }

    /// What this thread writes through: found once for each call, used for all of its cells.
    #[inline]
    pub(crate) fn writer(&self) -> Writer<'_> {
        let slot = slot::current();
        let chunks = match self.copies[slot].get() {
            Some(copy) => copy,
            None => self.first_copy(slot),
        };
        Writer { chunks, shared: slot == SHARED }
    }

    #[cold]
    fn first_copy(&self, slot: usize) -> &Copy {
        self.copies[slot].get_or_init(|| Box::new([const { OnceLock::new() }; CHUNKS]))
    }

    /// The copies of slots that have been written to.
    pub(super) fn copies(&self) -> impl Iterator<Item = &Copy> {
        self.copies.iter().filter_map(OnceLock::get)
    }

    /// From this cell to the end of its chunk, in one copy; `None` while nothing has been written there.
    pub(super) fn cells_from(copy: &Copy, cell: u32) -> Option<&[AtomicU64]> {
        copy[cell as usize / CHUNK].get().map(|chunk| &chunk[cell as usize % CHUNK..])
    }

    fn copies_of(&self, cell: u32) -> impl Iterator<Item = &AtomicU64> {
        let (chunk, at) = (cell as usize / CHUNK, cell as usize % CHUNK);
        self.copies.iter().filter_map(move |copy| Some(&copy.get()?[chunk].get()?[at]))
    }

    /// The sum of a counter or of a signed gauge.
    pub(crate) fn sum(&self, cell: u32) -> u64 {
        self.copies_of(cell).fold(0, |sum, copy| sum.wrapping_add(copy.load(Relaxed)))
    }

    /// The sum of a cell that holds floating-point bits.
    pub(crate) fn sum_f64(&self, cell: u32) -> f64 {
        self.copies_of(cell).map(|copy| f64::from_bits(copy.load(Relaxed))).sum()
    }

    /// Adds neighbouring cells to `into`, one slot after the other.
    pub(crate) fn sum_into(&self, base: u32, into: &mut [u64]) {
        let (chunk, at) = (base as usize / CHUNK, base as usize % CHUNK);
        for copy in &self.copies {
            let Some(chunk) = copy.get().and_then(|copy| copy[chunk].get()) else { continue };
            for (sum, cell) in into.iter_mut().zip(&chunk[at..]) {
                *sum = sum.wrapping_add(cell.load(Relaxed));
            }
        }
    }
}

impl std::fmt::Debug for Cells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let slots = self.copies.iter().filter(|copy| copy.get().is_some()).count();
        f.debug_struct("Cells").field("slots", &slots).finish_non_exhaustive()
    }
}

/// One thread's way into the arena.
#[derive(Clone, Copy)]
pub(crate) struct Writer<'a> {
    chunks: &'a [OnceLock<Chunk>; CHUNKS],
    shared: bool,
}

impl Writer<'_> {
    #[inline]
    fn chunk(&self, cell: u32) -> &[AtomicU64; CHUNK] {
        let chunk = &self.chunks[cell as usize / CHUNK % CHUNKS];
        match chunk.get() {
            Some(chunk) => chunk,
            None => first_chunk(chunk),
        }
    }

    /// Adds to one cell; wraps.
    #[inline]
    pub(crate) fn add(&self, cell: u32, n: u64) {
        one::add(&self.chunk(cell)[cell as usize % CHUNK], n, self.shared);
    }

    /// Adds to two cells of the range that begins at `base`; a range lies in one chunk.
    #[inline]
    pub(crate) fn add_both(&self, base: u32, (first, n): (usize, u64), (second, m): (usize, u64)) {
        let chunk = self.chunk(base);
        one::add(&chunk[(base as usize + first) % CHUNK], n, self.shared);
        one::add(&chunk[(base as usize + second) % CHUNK], m, self.shared);
    }

    /// Adds to a cell of floating-point bits.
    #[inline]
    pub(crate) fn add_f64(&self, cell: u32, n: f64) {
        one::add_f64(&self.chunk(cell)[cell as usize % CHUNK], n, self.shared);
    }
}

#[cold]
fn first_chunk(chunk: &OnceLock<Chunk>) -> &[AtomicU64; CHUNK] {
    chunk.get_or_init(|| Box::new([const { AtomicU64::new(0) }; CHUNK]))
}

/// Neighbouring cells of one series; zeroed and given back on drop.
pub(crate) struct Range {
    cells: Arc<Cells>,
    base: u32,
    len: u32,
}

impl Range {
    #[inline]
    pub(crate) fn cells(&self) -> &Cells {
        &self.cells
    }

    #[inline]
    pub(crate) fn base(&self) -> u32 {
        self.base
    }
}

impl Drop for Range {
    fn drop(&mut self) {
        // Nobody holds a handle on these cells any more, and the lock orders the zeros before the next owner's adds.
        let mut free = self.cells.free.lock().unwrap_or_else(PoisonError::into_inner);
        for cell in self.base..self.base + self.len {
            self.cells.copies_of(cell).for_each(|copy| copy.store(0, Relaxed));
        }
        free.returned.entry(self.len as usize).or_default().push(self.base as usize);
    }
}

impl std::fmt::Debug for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Range").field("base", &self.base).field("len", &self.len).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_of_all_threads_are_summed() {
        let cells = Cells::new();
        let range = cells.allocate(2).expect("room");
        // More threads than slots, so that the shared slot is used as well.
        std::thread::scope(|s| {
            for _ in 0..2 * SLOTS {
                s.spawn(|| {
                    for _ in 0..1_000 {
                        cells.writer().add(range.base(), 1);
                        cells.writer().add_f64(range.base() + 1, 0.5);
                    }
                });
            }
        });
        assert_eq!(cells.sum(range.base()), 2 * SLOTS as u64 * 1_000);
        assert_eq!(cells.sum_f64(range.base() + 1), SLOTS as f64 * 1_000.0);
    }

    #[test]
    fn a_returned_range_comes_back_empty() {
        let cells = Cells::new();
        let first = cells.allocate(24).expect("room");
        let base = first.base();
        cells.writer().add(base + 3, 7);
        drop(first);
        let again = cells.allocate(24).expect("room");
        assert_eq!(again.base(), base);
        assert_eq!(cells.sum(base + 3), 0);
    }

    #[test]
    fn a_range_lies_in_one_chunk_and_the_arena_ends() {
        let cells = Cells::new();
        let mut kept = Vec::new();
        while let Some(range) = cells.allocate(1000) {
            assert_eq!(range.base() as usize / CHUNK, (range.base() as usize + 999) / CHUNK);
            kept.push(range);
        }
        assert_eq!(kept.len(), CHUNKS);
        assert!(cells.allocate(24).is_some(), "the rest of a chunk is used");
        assert!(cells.allocate(CHUNK + 1).is_none());
    }
}
