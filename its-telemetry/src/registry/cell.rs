//! Adding to one cell.

use super::sync::{AtomicU64, Ordering::Relaxed};

/// Adds; wraps, so that adding `1u64.wrapping_neg()` subtracts. `shared` when other threads may write to the cell.
#[inline]
pub(crate) fn add(cell: &AtomicU64, n: u64, shared: bool) {
    if shared {
        cell.fetch_add(n, Relaxed);
    } else {
        // The slot is this thread's alone: nobody else writes between the load and the store.
        cell.store(cell.load(Relaxed).wrapping_add(n), Relaxed);
    }
}

/// Adds to a cell of floating-point bits.
#[inline]
pub(crate) fn add_f64(cell: &AtomicU64, n: f64, shared: bool) {
    let added = |bits| (f64::from_bits(bits) + n).to_bits();
    if shared {
        let _ = cell.fetch_update(Relaxed, Relaxed, |bits| Some(added(bits)));
    } else {
        cell.store(added(cell.load(Relaxed)), Relaxed);
    }
}
