//! Slots that live threads own alone.

use super::sync::{Mutex, PoisonError};

/// Slots of a process; each costs one pointer table in each registry that its thread writes to.
pub(crate) const SLOTS: usize = 32;

/// The slot without an owner.
pub(crate) const SHARED: usize = 0;

/// One bit for each slot in use. The lock also orders the last writes of one owner before the first of the next.
#[derive(Debug)]
pub(crate) struct Slots {
    pub(crate) taken: Mutex<u32>,
}

impl Slots {
    /// A slot for the caller alone, or the shared one when all are taken.
    pub(crate) fn take(&self) -> usize {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let free = taken.trailing_ones() as usize;
        if free >= SLOTS {
            return SHARED;
        }
        *taken |= 1 << free;
        free
    }

    /// The caller writes to `slot` no more.
    pub(crate) fn give_back(&self, slot: usize) {
        if slot != SHARED {
            *self.taken.lock().unwrap_or_else(PoisonError::into_inner) &= !(1 << slot);
        }
    }
}
