//! What the last tick found, to be read without a lock.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};

use super::State;

#[derive(Debug)]
pub(super) struct Summary {
    state: AtomicU8,
    /// Floating-point bits.
    remaining: AtomicU64,
    burn_rate: AtomicU64,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            state: AtomicU8::new(State::default() as u8),
            remaining: AtomicU64::new(1_f64.to_bits()),
            burn_rate: AtomicU64::new(0),
        }
    }
}

impl Summary {
    /// The three are read one by one: a reader may see some of one tick and some of the next.
    pub(super) fn set(&self, state: State, remaining: f64, burn_rate: f64) {
        self.state.store(state as u8, Relaxed);
        self.remaining.store(remaining.to_bits(), Relaxed);
        self.burn_rate.store(burn_rate.to_bits(), Relaxed);
    }

    pub(super) fn get(&self) -> (State, f64, f64) {
        let state = State::ALL.get(usize::from(self.state.load(Relaxed))).copied().unwrap_or_default();
        (state, f64::from_bits(self.remaining.load(Relaxed)), f64::from_bits(self.burn_rate.load(Relaxed)))
    }
}
