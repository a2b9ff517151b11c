//! What the call on this thread carries, in two thread-local slots.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::{Carried, Identity, Scope};

thread_local! {
    static IDENTITY: Cell<Identity> = const { Cell::new(Identity::NONE) };
    static AMBIENT: RefCell<Ambient> = const { RefCell::new(Ambient::NONE) };
}

/// Scope and passed-through headers of a call. Swapped in and out of the thread's slot: no reference count moves.
#[derive(Clone, Debug)]
pub(crate) struct Ambient {
    pub(crate) scope: Option<Scope>,
    pub(crate) carried: Option<Arc<Carried>>,
}

impl Ambient {
    pub(crate) const NONE: Self = Self { scope: None, carried: None };

    /// A copy of what the call on this thread has.
    #[inline]
    pub(crate) fn current() -> Self {
        read(Self::clone).unwrap_or(Self::NONE)
    }
}

/// Reads the slot. `None` while a thread ends, and inside a swap: logging from a destructor must not panic.
#[inline]
pub(crate) fn read<T>(read: impl FnOnce(&Ambient) -> T) -> Option<T> {
    AMBIENT.try_with(|ambient| ambient.try_borrow().ok().map(|ambient| read(&ambient))).ok().flatten()
}

/// The identity of the call on this thread.
#[inline]
pub(crate) fn identity() -> Identity {
    // Out through a reference: as the result of the closure it would be copied three times more.
    let mut identity = Identity::NONE;
    IDENTITY.with(|slot| identity = slot.get());
    identity
}

/// Puts a call into the thread's slots; dropping it puts back what was there, also while unwinding.
#[derive(Debug)]
pub(crate) struct Entered<'a> {
    identity: &'a mut Identity,
    ambient: &'a mut Ambient,
}

#[inline]
pub(crate) fn enter<'a>(identity: &'a mut Identity, ambient: &'a mut Ambient) -> Entered<'a> {
    swap(identity, ambient);
    Entered { identity, ambient }
}

#[inline]
fn swap(identity: &mut Identity, ambient: &mut Ambient) {
    IDENTITY.with(|slot| *identity = slot.replace(*identity));
    let _ = AMBIENT.try_with(|slot| {
        if let Ok(mut slot) = slot.try_borrow_mut() {
            std::mem::swap(&mut *slot, ambient);
        }
    });
}

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        swap(self.identity, self.ambient);
    }
}
