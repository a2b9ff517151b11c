//! What the threads share with each other and with those who read.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use arc_swap::ArcSwap;
use nvml_wrapper::Nvml;

use super::log;
use crate::nvml::{Calls, Event};
use crate::snapshot::{Collector, Unavailable, Xid};
use crate::{GpuMetrics, Snapshot};

/// Xid codes that are told apart for each GPU and part; the driver has fewer than 200.
const CODES: usize = 256;

/// The driver does not know which error it was.
const UNKNOWN_XID: u64 = 999;

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: GpuMetrics,
    pub(super) calls: Calls,
    published: ArcSwap<Snapshot>,
    state: Mutex<State>,
    changed: Condvar,
    xids: Mutex<HashMap<String, Vec<Xid>>>,
}

#[derive(Debug, Default)]
struct State {
    /// Since when a cycle has been running.
    running_since: Option<Instant>,
    /// The cycle of which it was said that it hangs.
    stall_logged: Option<Instant>,
    stopping: bool,
    /// Threads that have not ended.
    threads: usize,
    watched: Option<Arc<Watched>>,
}

/// The GPUs whose events are waited for.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) nvml: Arc<Nvml>,
    /// UUID and generation.
    pub(super) gpus: Vec<(String, u64)>,
}

impl Watched {
    /// Whether both are the same list, or both none.
    pub(super) fn is_same(a: Option<&Arc<Self>>, b: Option<&Arc<Self>>) -> bool {
        a.map(Arc::as_ptr) == b.map(Arc::as_ptr)
    }
}

impl Shared {
    pub(super) fn new(settings: GpuMetrics) -> Arc<Self> {
        let collector = Collector {
            unavailable: Some(Unavailable::Starting),
            generation: 0,
            cycles: 0,
            overrun_cycles: 0,
            last_duration: Duration::ZERO,
            last_success: None,
            calls: Arc::default(),
        };
        let first = Snapshot { taken: Instant::now(), collector, driver: None, gpus: Vec::new() };
        Arc::new(Self {
            settings,
            calls: Calls::default(),
            published: ArcSwap::from_pointee(first),
            state: Mutex::default(),
            changed: Condvar::new(),
            xids: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn snapshot(&self) -> Arc<Snapshot> {
        // Before the snapshot, so that a cycle that ends in between is not called stalled with the one before it.
        let (running_since, stopping) = {
            let state = self.state();
            (state.running_since, state.stopping)
        };
        let snapshot = self.published.load_full();
        let is_stalled = running_since.is_some_and(|since| since.elapsed() > self.settings.deadline);
        match (stopping, is_stalled) {
            (true, _) => self.withheld(&snapshot, Unavailable::Stopped),
            (false, true) => {
                self.log_stall(running_since);
                self.withheld(&snapshot, Unavailable::Stalled)
            }
            (false, false) => snapshot,
        }
    }

    /// Says once that a cycle hangs: its own thread cannot.
    pub(super) fn log_stall(&self, running_since: Option<Instant>) {
        let Some(since) = running_since else { return };
        let time = since.elapsed();
        if time > self.settings.deadline
            && std::mem::replace(&mut self.state().stall_logged, running_since) != running_since
        {
            log::stalled(time);
        }
    }

    pub(super) fn running_since(&self) -> Option<Instant> {
        self.state().running_since
    }

    /// The snapshot without its readings, and with what other threads have counted since: the Xid error that explains
    /// why a cycle hangs comes during it.
    fn withheld(&self, snapshot: &Snapshot, why: Unavailable) -> Arc<Snapshot> {
        let mut snapshot = snapshot.clone();
        snapshot.collector.unavailable = Some(why);
        snapshot.collector.calls = Arc::new(self.calls.read());
        for gpu in &mut snapshot.gpus {
            gpu.readings = None;
            gpu.mig.clear();
            gpu.totals.xids = self.xids(&gpu.info.uuid);
        }
        Arc::new(snapshot)
    }

    pub(super) fn publish(&self, snapshot: Snapshot) {
        self.published.store(Arc::new(snapshot));
    }

    /// A cycle begins or ends.
    pub(super) fn running(&self, since: Option<Instant>) {
        self.state().running_since = since;
    }

    pub(super) fn thread_begins(&self) {
        self.state().threads += 1;
    }

    pub(super) fn thread_ends(&self) {
        let mut state = self.state();
        state.threads -= 1;
        state.watched = None;
        drop(state);
        self.changed.notify_all();
    }

    /// Waits until `deadline`; whether the threads are to go on.
    pub(super) fn sleep_until(&self, deadline: Instant) -> bool {
        let mut state = self.state();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if state.stopping || left.is_zero() {
                return !state.stopping;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.state().stopping
    }

    pub(super) fn stop(&self, patience: Duration) -> bool {
        // Without a deadline where there is no such time.
        let deadline = Instant::now().checked_add(patience);
        let mut state = self.state();
        state.stopping = true;
        self.changed.notify_all();
        while state.threads > 0 {
            let left =
                deadline.map_or(patience, |deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return false;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Says whose events are to be waited for; `None` when NVML has ended.
    pub(super) fn watch(&self, watched: Option<Watched>) {
        let mut state = self.state();
        let same = match (&state.watched, &watched) {
            (Some(known), Some(new)) => Arc::ptr_eq(&known.nvml, &new.nvml) && known.gpus == new.gpus,
            (None, None) => true,
            _ => false,
        };
        if !same {
            state.watched = watched.map(Arc::new);
            drop(state);
            self.changed.notify_all();
        }
    }

    pub(super) fn watched(&self) -> Option<Arc<Watched>> {
        self.state().watched.clone()
    }

    /// Waits for others to be watched than `known`, until `deadline`; whether the threads are to go on.
    pub(super) fn wait_for_others(&self, known: Option<&Arc<Watched>>, deadline: Instant) -> bool {
        let mut state = self.state();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if state.stopping || left.is_zero() || !Watched::is_same(state.watched.as_ref(), known) {
                return !state.stopping;
            }
            let waited = self.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Counts an Xid error.
    pub(super) fn count_xid(&self, uuid: &str, event: Event) -> Option<u64> {
        let code = Some(event.data).filter(|code| *code != UNKNOWN_XID);
        let mut xids = self.xids.lock().unwrap_or_else(PoisonError::into_inner);
        let of = xids.entry(uuid.to_owned()).or_default();
        let has_room = of.len() < CODES;
        match of.iter_mut().find(|xid| (xid.code, xid.mig) == (code, event.mig)) {
            Some(xid) => {
                xid.count += 1;
                xid.last = SystemTime::now();
            }
            None if has_room => of.push(Xid { code, mig: event.mig, count: 1, last: SystemTime::now() }),
            // Garbage: no driver has so many codes.
            None => self.calls.failed(crate::nvml::Call::EventWait, "too_many_xid_codes"),
        }
        code
    }

    pub(super) fn xids(&self, uuid: &str) -> Vec<Xid> {
        self.xids.lock().unwrap_or_else(PoisonError::into_inner).get(uuid).cloned().unwrap_or_default()
    }
}
