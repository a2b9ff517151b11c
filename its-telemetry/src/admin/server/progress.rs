//! How far a connection is, and whether its client keeps it waiting.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::admin::settings::Limits;
use crate::registry::InTransit;

/// A client that gives up a scrape closes the connection; Prometheus waits for this long unless it is told otherwise.
const GIVES_UP: Duration = Duration::from_secs(10);

/// How far a connection is; shared by its socket, its answers and the table of connections.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    phase: Arc<Mutex<(Phase, Instant)>>,
    /// The scrape that was the last answer.
    in_transit: InTransit,
}

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
        let phase = Arc::new(Mutex::new((Phase::Head, Instant::now())));
        Self { phase, in_transit: InTransit::default() }
    }

    fn change(&self, change: impl FnOnce(Phase) -> Phase) {
        let mut state = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        let phase = change(state.0);
        // The rest of an answer counts as part of it.
        let same = phase == state.0 || (phase == Phase::Rest && state.0 == Phase::Answer);
        *state = (phase, if same { state.1 } else { Instant::now() });
    }

    pub(super) fn in_transit(&self) -> &InTransit {
        &self.in_transit
    }

    /// Bytes have come in. Those of a further request say that the answer before has arrived.
    pub(super) fn received(&self) {
        self.change(|phase| {
            if phase != Phase::Idle {
                return phase;
            }
            self.in_transit.arrived();
            Phase::Head
        });
    }

    /// The connection is closed by us; an answer that is all with the operating system is on its way.
    pub(super) fn closes(&self) {
        if self.read().0 == Phase::Idle {
            self.in_transit.arrived();
        }
    }

    /// An answer has arrived when its client has been content with it for a while.
    pub(super) fn settle(&self, limits: &Limits) {
        let (phase, since) = self.read();
        if phase == Phase::Idle && since > GIVES_UP.min(limits.idle) {
            self.in_transit.arrived();
        }
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
        let (phase, since) = *self.phase.lock().unwrap_or_else(PoisonError::into_inner);
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
