//! Checkpoints that could not be written.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// How many there were, and what kept the last one from being written.
#[derive(Debug, Default)]
pub(super) struct Failures {
    count: AtomicU64,
    last: Mutex<Option<io::ErrorKind>>,
}

impl Failures {
    /// Notes how a checkpoint ended. Whether that is news: a failure after a success, or after one of another kind.
    pub(super) fn note(&self, failure: Option<io::ErrorKind>) -> bool {
        self.count.fetch_add(failure.is_some().into(), Relaxed);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *last, failure) != failure && failure.is_some()
    }

    pub(super) fn count(&self) -> u64 {
        self.count.load(Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind::{ResourceBusy, StorageFull};

    use super::*;

    #[test]
    fn a_failure_is_news_after_a_success_or_one_of_another_kind() {
        let failures = Failures::default();
        let news = [Some(StorageFull), Some(StorageFull), Some(ResourceBusy), None, Some(ResourceBusy), None]
            .map(|failure| failures.note(failure));
        assert_eq!(news, [true, false, true, false, true, false]);
        assert_eq!(failures.count(), 4);
    }
}
