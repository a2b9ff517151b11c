//! Which shard a thread counts on.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Threads take turns.
static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    // Const and without a destructor: readable at any time of the thread's life.
    static SHARD: Cell<usize> = const { Cell::new(usize::MAX) };
}

/// The shard of this thread.
#[inline]
pub(super) fn current() -> usize {
    let shard = SHARD.get();
    if shard != usize::MAX { shard } else { assign() }
}

#[cold]
fn assign() -> usize {
    let shard = NEXT.fetch_add(1, Relaxed) % super::counters::SHARDS;
    SHARD.set(shard);
    shard
}
