//! What a call passes on: headers of others, and the frame.

use std::cell::RefCell;
use std::sync::Arc;

use super::FrameId;
use super::w3c::{Baggage, TraceState};

/// Headers that belong to the trace and not to us, and the id of the frame.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carried {
    pub(crate) frame: Option<FrameId>,
    pub(crate) state: TraceState,
    pub(crate) baggage: Baggage,
}

/// Spare ones that a thread keeps, so that a frame in every request does not mean an allocation in every request.
#[cfg(any(test, feature = "http"))]
const SPARE: usize = 16;

thread_local! {
    static POOL: RefCell<Vec<Arc<Carried>>> = const { RefCell::new(Vec::new()) };
}

impl Carried {
    /// Behind a reference count, for the tasks of one call; `None` when there is nothing to carry.
    pub(crate) fn shared(self) -> Option<Arc<Self>> {
        if self.frame.is_none() && self.state.is_empty() && self.baggage.is_empty() {
            return None;
        }
        let spare = POOL.try_with(|pool| pool.try_borrow_mut().ok()?.pop()).ok().flatten();
        Some(match spare {
            Some(mut spare) => {
                // Only those that nobody else holds are kept.
                *Arc::make_mut(&mut spare) = self;
                spare
            }
            None => Arc::new(self),
        })
    }

    /// Gives back what a request carried, for the next one.
    #[cfg(any(test, feature = "http"))]
    pub(crate) fn give_back(mut carried: Arc<Self>) {
        // Emptied at once: what it held shares the buffer of its request.
        let Some(sole) = Arc::get_mut(&mut carried) else { return };
        *sole = Self::default();
        let _ = POOL.try_with(|pool| {
            if let Ok(mut pool) = pool.try_borrow_mut()
                && pool.len() < SPARE
            {
                pool.push(carried);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_was_given_back_is_used_again_and_is_empty() {
        let of = |frame: u64| Carried { frame: Some(frame.into()), ..Carried::default() };
        assert!(Carried::default().shared().is_none());
        let first = of(1).shared().expect("a frame");
        let address = Arc::as_ptr(&first);
        let held = Arc::clone(&first);
        Carried::give_back(first);
        let second = of(2).shared().expect("a frame");
        assert_ne!(Arc::as_ptr(&second), address, "somebody holds it");
        assert_eq!(held.frame, Some(1.into()));
        let address = Arc::as_ptr(&second);
        Carried::give_back(second);
        let third = of(3).shared().expect("a frame");
        assert_eq!((Arc::as_ptr(&third), third.frame), (address, Some(3.into())));
    }
}
