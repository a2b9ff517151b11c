//! The kinds of requests seen so far: found by their labels without a lock, then by number.

use std::hash::BuildHasher;
use std::sync::{Mutex, OnceLock, PoisonError};

use hashbrown::{DefaultHashBuilder, Equivalent};

use super::{Protocol, RequestKey, RequestMetrics};
use crate::core::Core;
use crate::registry::OTHER;

/// Kinds of requests that are told apart; later ones fold. Only routes, methods and servers that exist come here.
const LIMIT: usize = 1024;

/// Twice the limit, so that what is searched for lies near its place; room beyond the limit is for the folded ones.
const SLOTS: usize = 2048;

type Slot = OnceLock<Box<RequestMetrics>>;

/// Append-only, of bounded size: what has been found stays where it is.
#[derive(Debug, Default)]
pub(crate) struct RequestTable {
    hasher: DefaultHashBuilder,
    /// Made with the first request.
    slots: OnceLock<Box<[Slot]>>,
    taken: Mutex<usize>,
}

impl RequestTable {
    /// The number of this kind of request, if it has been seen.
    #[inline]
    pub(crate) fn find(&self, key: &RequestKey<'_>) -> Option<u32> {
        let slots = self.slots.get()?;
        for at in self.places(key) {
            let known = slots[at].get()?;
            if key.equivalent(known.key()) {
                return Some(at as u32);
            }
        }
        None
    }

    /// The number of this kind of request, or of what it folds into when there are too many.
    #[inline]
    pub(crate) fn number(&self, core: &Core, key: &RequestKey<'_>) -> u32 {
        match self.find(key) {
            Some(number) => number,
            None => self.add(core, key, LIMIT).unwrap_or_else(|| {
                let folded = folded(key);
                // The folded ones are fewer than the room that is kept for them.
                self.find(&folded).or_else(|| self.add(core, &folded, SLOTS - 1)).unwrap_or(0)
            }),
        }
    }

    #[inline]
    pub(crate) fn get(&self, number: u32) -> Option<&RequestMetrics> {
        self.slots.get()?.get(number as usize)?.get().map(|metrics| &**metrics)
    }

    #[cold]
    fn add(&self, core: &Core, key: &RequestKey<'_>, limit: usize) -> Option<u32> {
        let slots = self.slots.get_or_init(|| std::iter::repeat_with(Slot::new).take(SLOTS).collect());
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = self.find(key) {
            return Some(number);
        }
        if *taken >= limit {
            return None;
        }
        let free = self.places(key).find(|at| slots[*at].get().is_none())?;
        slots[free].get_or_init(|| Box::new(RequestMetrics::new(core, (*key).into())));
        *taken += 1;
        Some(free as u32)
    }

    /// All slots, beginning with the one that the key belongs to.
    #[inline]
    fn places(&self, key: &RequestKey<'_>) -> impl Iterator<Item = usize> + use<> {
        let first = self.hasher.hash_one(key) as usize;
        (0..SLOTS).map(move |step| first.wrapping_add(step) % SLOTS)
    }
}

/// The same request without what there is too much of.
fn folded<'a>(key: &RequestKey<'a>) -> RequestKey<'a> {
    match key.protocol {
        Protocol::HttpServer => RequestKey { operation: OTHER, ..*key },
        Protocol::HttpClient => RequestKey { address: OTHER, port: 0, ..*key },
        Protocol::GrpcServer => RequestKey { operation: OTHER, ..*key },
        Protocol::GrpcClient => RequestKey { operation: OTHER, address: OTHER, port: 0, ..*key },
    }
}
