//! Good and bad events, in shards that threads do not fight for.

use super::counts::Counts;
use crate::sync::{AtomicU64, Ordering::Relaxed};

/// Shards of a tracker, 64 bytes each.
pub(crate) const SHARDS: usize = 8;

/// A cache line of its own.
#[derive(Debug)]
#[repr(align(64))]
struct Shard {
    /// Bad events, then good ones: indexed by whether the event is good.
    counts: [AtomicU64; 2],
}

/// Counts that only grow.
#[derive(Debug)]
pub(crate) struct Counters<const N: usize = SHARDS>([Shard; N]);

impl<const N: usize> Counters<N> {
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| Shard { counts: [AtomicU64::new(0), AtomicU64::new(0)] }))
    }

    /// One relaxed add.
    #[inline]
    pub(crate) fn add(&self, shard: usize, good: bool, n: u64) {
        self.0[shard % N].counts[usize::from(good)].fetch_add(n, Relaxed);
    }

    /// The sums. Each grows from one reading to the next.
    pub(crate) fn read(&self) -> Counts {
        let sum = |good: usize| {
            self.0.iter().fold(0, |sum: u64, shard| sum.wrapping_add(shard.counts[good].load(Relaxed)))
        };
        Counts { bad: sum(0), good: sum(1) }
    }
}
