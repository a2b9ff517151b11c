//! Exemplars: one exported call for each bucket of a histogram.

use std::sync::{Mutex, OnceLock, TryLockError};
use std::time::Duration;

/// A new exemplar replaces the last one of its bucket at most this often.
const RATE: Duration = Duration::from_secs(1);

/// A call that can be looked up in the trace store, and what it measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Exemplar {
    pub(crate) trace: u128,
    pub(crate) span: u64,
    /// In the unit of the histogram (seconds for durations).
    pub(crate) value: f64,
    /// Milliseconds since the Unix epoch.
    pub(crate) timestamp_ms: u64,
}

/// The exemplars of one histogram series; memory is taken with the first one.
#[derive(Debug, Default)]
pub(crate) struct Exemplars(OnceLock<Mutex<Box<[Option<Exemplar>]>>>);

impl Exemplars {
    /// Keeps the exemplar unless its bucket has a fresh one. Never waits: while a scrape reads, it is left out.
    pub(crate) fn offer(&self, buckets: usize, bucket: usize, exemplar: Exemplar) {
        let kept = self.0.get_or_init(|| Mutex::new(vec![None; buckets].into()));
        let mut kept = match kept.try_lock() {
            Ok(kept) => kept,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        let Some(slot) = kept.get_mut(bucket) else { return };
        let fresh = |old: &Exemplar| {
            let age = exemplar.timestamp_ms.saturating_sub(old.timestamp_ms);
            u128::from(age) < RATE.as_millis() && exemplar.timestamp_ms >= old.timestamp_ms
        };
        if !slot.as_ref().is_some_and(fresh) {
            *slot = Some(exemplar);
        }
    }

    /// Adds the exemplars to `into`, one place for each bucket; none at all while there is none.
    pub(crate) fn read(&self, into: &mut Vec<Option<Exemplar>>) {
        if let Some(kept) = self.0.get() {
            into.extend_from_slice(&kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_takes_one_exemplar_a_second() {
        let exemplars = Exemplars::default();
        let at = |timestamp_ms, span| Exemplar { trace: 1, span, value: 0.1, timestamp_ms };
        exemplars.offer(3, 1, at(1_000, 1));
        exemplars.offer(3, 1, at(1_999, 2));
        exemplars.offer(3, 2, at(1_999, 3));
        exemplars.offer(3, 9, at(1_999, 4));
        let spans = |exemplars: &Exemplars| {
            let mut read = Vec::new();
            exemplars.read(&mut read);
            read.iter().map(|e| e.map(|e| e.span)).collect::<Vec<_>>()
        };
        assert_eq!(spans(&exemplars), [None, Some(1), Some(3)]);
        exemplars.offer(3, 1, at(2_000, 5));
        assert_eq!(spans(&exemplars), [None, Some(5), Some(3)]);
    }
}
