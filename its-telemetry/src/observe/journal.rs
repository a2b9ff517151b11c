//! The last failures and the slowest calls, for the status page.

use std::collections::VecDeque;
use std::sync::Mutex;
#[cfg(feature = "admin")]
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, SystemTime};

use super::{Finished, Name, Outcome};
use crate::scope::{CameraId, Identity, TenantId};

const KEPT: usize = 20;

/// The slowest calls are those of the last minutes.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// A call that somebody may want to look up.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "admin"), expect(dead_code, reason = "only the status page reads its fields"))]
pub(crate) struct Entry {
    pub(crate) at: SystemTime,
    pub(crate) name: Name,
    pub(crate) identity: Identity,
    pub(crate) tenant: Option<TenantId>,
    pub(crate) camera: Option<CameraId>,
    pub(crate) took: Duration,
    pub(crate) outcome: Outcome,
    pub(crate) error_kind: Option<&'static str>,
}

/// Bounded memory of noteworthy calls.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    failures: Mutex<VecDeque<Entry>>,
    slowest: Mutex<Vec<Entry>>,
    /// Calls that took longer belong to the slowest; 0 while there is room.
    threshold: AtomicU64,
}

impl Journal {
    #[inline]
    pub(crate) fn is_slow(&self, nanos: u64) -> bool {
        nanos > self.threshold.load(Relaxed)
    }

    /// Keeps the call if it failed or is among the slowest. Never waits for a reader.
    pub(crate) fn note(&self, call: &Finished<'_>) {
        if call.outcome.is_bad()
            && let Ok(mut failures) = self.failures.try_lock()
        {
            if failures.len() == KEPT {
                failures.pop_front();
            }
            failures.push_back(Entry::of(call, call.nanos));
        }
        if self.is_slow(call.judged_nanos)
            && let Ok(mut slowest) = self.slowest.try_lock()
        {
            self.keep_slowest(&mut slowest, Some(Entry::of(call, call.judged_nanos)));
        }
    }

    fn keep_slowest(&self, slowest: &mut Vec<Entry>, new: Option<Entry>) {
        let now = SystemTime::now();
        slowest.retain(|entry| now.duration_since(entry.at).is_ok_and(|age| age < WINDOW));
        slowest.extend(new);
        slowest.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.took));
        slowest.truncate(KEPT);
        let threshold =
            if slowest.len() < KEPT { 0 } else { slowest.last().map_or(0, |e| e.took.as_nanos() as u64) };
        self.threshold.store(threshold, Relaxed);
    }

    /// The last failures, the newest first.
    #[cfg(feature = "admin")]
    pub(crate) fn failures(&self) -> Vec<Entry> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

    /// The slowest calls of the last quarter of an hour.
    #[cfg(feature = "admin")]
    pub(crate) fn slowest(&self) -> Vec<Entry> {
        let mut slowest = self.slowest.lock().unwrap_or_else(PoisonError::into_inner);
        self.keep_slowest(&mut slowest, None);
        slowest.clone()
    }
}

impl Entry {
    fn of(call: &Finished<'_>, nanos: u64) -> Self {
        Self {
            at: SystemTime::now(),
            name: call.called.name.clone(),
            identity: call.identity,
            tenant: call.shared.tenant.clone(),
            camera: call.shared.camera.clone(),
            took: Duration::from_nanos(nanos),
            outcome: call.outcome,
            error_kind: call.error_kind,
        }
    }
}
