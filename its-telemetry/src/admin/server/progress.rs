//! How far a connection is, and whether its client keeps it waiting.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::admin::settings::Limits;

/// How far a connection is; shared by its socket, its answers and the table of connections.
#[derive(Clone, Debug)]
pub(super) struct Progress(Arc<Mutex<(Phase, Instant)>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Between two requests.
    Idle,
    /// The headers of a request are coming.
    Head,
    /// The answer is being made and sent.
    Answer,
    /// The answer is made, and its last bytes wait for the client.
    Rest,
}

impl Progress {
    /// A new connection owes the headers of its first request at once.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new((Phase::Head, Instant::now()))))
    }

    fn change(&self, change: impl FnOnce(Phase) -> Phase) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let phase = change(state.0);
        // The rest of an answer counts as part of it.
        let same = phase == state.0 || (phase == Phase::Rest && state.0 == Phase::Answer);
        *state = (phase, if same { state.1 } else { Instant::now() });
    }

    /// Bytes have come in.
    pub(super) fn received(&self) {
        self.change(|phase| if phase == Phase::Idle { Phase::Head } else { phase });
    }

    /// The headers are complete. What is returned ends the answer when it is dropped.
    pub(super) fn answer(&self) -> Answering {
        self.change(|_| Phase::Answer);
        Answering(self.clone())
    }

    /// Everything written so far has been taken by the operating system.
    pub(super) fn flushed(&self) {
        self.change(|phase| if phase == Phase::Rest { Phase::Idle } else { phase });
    }

    /// Whether the client has taken longer than it may.
    pub(super) fn is_overdue(&self, limits: &Limits) -> bool {
        let (phase, since) = self.read();
        since
            > match phase {
                Phase::Idle => limits.idle,
                Phase::Head => limits.head,
                Phase::Answer | Phase::Rest => limits.answer,
            }
    }

    /// For how long the connection has been waiting for its client; `None` while an answer is young, since that is no
    /// fault of the client's.
    pub(super) fn waits_for(&self) -> Option<Duration> {
        const YOUNG: Duration = Duration::from_secs(5);
        match self.read() {
            (Phase::Answer | Phase::Rest, since) if since < YOUNG => None,
            (_, since) => Some(since),
        }
    }

    fn read(&self) -> (Phase, Duration) {
        let (phase, since) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (phase, since.elapsed())
    }
}

/// An answer that is being made.
#[derive(Debug)]
pub(crate) struct Answering(Progress);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.change(|phase| if phase == Phase::Answer { Phase::Rest } else { phase });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(head: u64, answer: u64, idle: u64) -> Limits {
        let secs = Duration::from_secs;
        Limits { connections: 1, head: secs(head), answer: secs(answer), idle: secs(idle) }
    }

    #[test]
    fn each_phase_has_its_own_limit() {
        let progress = Progress::new();
        assert!(progress.is_overdue(&limits(0, 9, 9)), "the head is owed");
        let answering = progress.answer();
        assert!(progress.is_overdue(&limits(9, 0, 9)), "the answer is read slowly");
        drop(answering);
        assert!(progress.is_overdue(&limits(9, 0, 9)), "its rest too");
        progress.flushed();
        assert!(progress.is_overdue(&limits(9, 9, 0)), "no further request");
        progress.received();
        assert!(progress.is_overdue(&limits(0, 9, 9)), "a second head");
        assert!(!progress.is_overdue(&limits(9, 0, 0)));
    }

    #[test]
    fn a_young_answer_is_not_waiting() {
        let progress = Progress::new();
        assert!(progress.waits_for().is_some());
        let _answering = progress.answer();
        assert_eq!(progress.waits_for(), None);
    }
}
