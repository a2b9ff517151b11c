//! How the outside asks an export thread to flush and to end, and hears that it did.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};

/// Shared by a thread that exports and by those who wait for it.
#[derive(Debug)]
pub(crate) struct Lifecycle {
    state: Mutex<State>,
    progress: Condvar,
    wake: Notify,
    /// Until when the thread may still export; set once.
    closing: watch::Sender<Option<Instant>>,
}

#[derive(Debug, Default)]
struct State {
    flushes_asked: u64,
    flushes_done: u64,
    gone: bool,
}

impl Lifecycle {
    pub(crate) fn new() -> Self {
        Self {
            state: Mutex::default(),
            progress: Condvar::new(),
            wake: Notify::new(),
            closing: watch::Sender::new(None),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the thread look for work.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// Asks for everything that is queued now to be exported, and waits until it is. `false`: not in time.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        let asked = {
            let mut state = self.state();
            state.flushes_asked += 1;
            state.flushes_asked
        };
        self.wake();
        self.wait(deadline, |state| state.flushes_done >= asked || state.gone)
    }

    /// Tells the thread to export what is left and to end by `deadline`. A later call does not move the deadline.
    pub(crate) fn close(&self, deadline: Instant) {
        self.closing.send_if_modified(|closing| {
            let first = closing.is_none();
            closing.get_or_insert(deadline);
            first
        });
    }

    /// Waits until the thread has ended. `false`: it has not by `deadline`.
    pub(crate) fn wait_gone(&self, deadline: Instant) -> bool {
        self.wait(deadline, |state| state.gone)
    }

    fn wait(&self, deadline: Instant, done: impl Fn(&State) -> bool) -> bool {
        let mut state = self.state();
        while !done(&state) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.progress.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// The deadline, once somebody has asked the thread to end.
    pub(crate) fn closing(&self) -> Option<Instant> {
        *self.closing.borrow()
    }

    /// The number of the last flush that was asked for, if it is still to be done.
    pub(crate) fn flush_asked(&self) -> Option<u64> {
        let state = self.state();
        (state.flushes_asked > state.flushes_done).then_some(state.flushes_asked)
    }

    pub(crate) fn flush_done(&self, number: u64) {
        self.state().flushes_done = number;
        self.progress.notify_all();
    }

    /// The thread has ended, or never began.
    pub(crate) fn gone(&self) {
        self.state().gone = true;
        self.progress.notify_all();
    }

    /// Waits for a wake-up, for the order to end, or until `until`.
    pub(crate) async fn idle(&self, until: Option<Instant>) {
        let later = async {
            match until {
                Some(until) => tokio::time::sleep_until(until.into()).await,
                None => std::future::pending().await,
            }
        };
        let mut closing = self.closing.subscribe();
        tokio::select! {
            () = self.wake.notified() => {}
            () = later => {}
            _ = closing.wait_for(Option::is_some) => {}
        }
    }

    /// Ends when the time to export is up: never, unless somebody has asked the thread to end.
    pub(crate) async fn deadline(&self) {
        let mut closing = self.closing.subscribe();
        let deadline = closing.wait_for(Option::is_some).await.ok().and_then(|closing| *closing);
        match deadline {
            Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
            None => std::future::pending().await,
        }
    }
}
