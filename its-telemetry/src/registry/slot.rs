//! Which shard a thread writes to.
//!
//! A live thread owns its slot alone, so that it may add with a plain load and store. Slot 0 belongs to nobody:
//! threads that found no free slot, and threads that are ending, share it and add atomically.

use std::cell::Cell;

use super::slots::{SHARED, Slots};
use super::sync::Mutex;

const UNASSIGNED: u8 = u8::MAX;

static OWNED: Slots = Slots { taken: Mutex::new(1 << SHARED) };

thread_local! {
    // Const and without a destructor: readable at any time of the thread's life.
    static SLOT: Cell<u8> = const { Cell::new(UNASSIGNED) };
    static LEASE: Lease = Lease::take();
}

/// The slot of this thread.
#[inline]
pub(crate) fn current() -> usize {
    let slot = SLOT.get();
    if slot != UNASSIGNED { usize::from(slot) } else { assign() }
}

#[cold]
fn assign() -> usize {
    let slot = LEASE.try_with(|lease| lease.0).unwrap_or(SHARED as u8);
    SLOT.set(slot);
    usize::from(slot)
}

struct Lease(u8);

impl Lease {
    fn take() -> Self {
        Self(OWNED.take() as u8)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        SLOT.set(SHARED as u8);
        OWNED.give_back(usize::from(self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::SLOTS;

    #[test]
    fn live_threads_never_share_an_owned_slot() {
        let barrier = std::sync::Barrier::new(8);
        let slots: Vec<usize> = std::thread::scope(|s| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    s.spawn(|| {
                        let slot = current();
                        barrier.wait();
                        slot
                    })
                })
                .collect();
            threads.into_iter().map(|t| t.join().expect("thread")).collect()
        });
        let mut owned: Vec<_> = slots.into_iter().filter(|slot| *slot != SHARED).collect();
        let count = owned.len();
        owned.sort_unstable();
        owned.dedup();
        assert_eq!(owned.len(), count);
    }

    #[test]
    fn a_slot_returns_when_its_thread_ends() {
        for _ in 0..4 * SLOTS {
            let slot = std::thread::spawn(current).join().expect("thread");
            assert!(slot < SLOTS);
        }
    }
}
