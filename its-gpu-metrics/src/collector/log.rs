//! Log lines: one for each change, none for each cycle.

use super::fleet::Fleet;
use super::thread::Thread;
use crate::snapshot::{Info, State, Unavailable};

#[cfg(feature = "tracing")]
const TARGET: &str = "its_gpu_metrics";

/// The collector works, or does not, other than before.
#[cfg(feature = "tracing")]
pub(super) fn changed(failure: Option<(Unavailable, &str)>, fleet: &Fleet) {
    match failure {
        None => {
            let gpus = fleet.states().filter(|state| *state == State::Ok).count();
            tracing::info!(target: TARGET, gpus, "GPU metrics are collected");
        }
        Some((why, detail)) => {
            tracing::warn!(target: TARGET, reason = why.as_str(), detail, "{}", why.explanation());
        }
    }
}

#[cfg(feature = "tracing")]
pub(super) fn gpu(info: &Info, before: State, now: State, error: Option<&str>) {
    let (uuid, index, name) = (&*info.uuid, info.index, info.name.as_deref());
    let (before, now) = (before.as_str(), now.as_str());
    tracing::warn!(target: TARGET, uuid, index, name, before, now, error, "a GPU is {now}");
}

#[cfg(feature = "tracing")]
pub(super) fn xid(uuid: &str, code: Option<u64>, gpu_instance: Option<u32>, count: u64) {
    tracing::error!(target: TARGET, uuid, xid = code, gpu_instance, count, "a GPU reports an Xid error");
}

#[cfg(feature = "tracing")]
pub(super) fn panicked(thread: Thread) {
    match thread {
        Thread::Collector => tracing::error!(target: TARGET, "GPU metrics end: the collector panicked"),
        Thread::Events => {
            tracing::error!(target: TARGET, "Xid errors are no longer counted: the thread that waits for them panicked");
        }
    }
}

/// A cycle hangs in the driver; once for each cycle.
#[cfg(feature = "tracing")]
pub(super) fn stalled(cycle: std::time::Duration) {
    let (why, seconds) = (Unavailable::Stalled, cycle.as_secs_f64());
    tracing::warn!(target: TARGET, reason = why.as_str(), seconds, "{}", why.explanation());
}

#[cfg(feature = "tracing")]
pub(super) fn no_thread() {
    tracing::error!(target: TARGET, "no GPU metrics: the system gives no thread");
}

#[cfg(not(feature = "tracing"))]
mod silent {
    use super::Thread;
    use super::{Fleet, Info, State, Unavailable};

    pub(in crate::collector) fn changed(_: Option<(Unavailable, &str)>, _: &Fleet) {}
    pub(in crate::collector) fn gpu(_: &Info, _: State, _: State, _: Option<&str>) {}
    pub(in crate::collector) fn stalled(_: std::time::Duration) {}
    pub(in crate::collector) fn xid(_: &str, _: Option<u64>, _: Option<u32>, _: u64) {}
    pub(in crate::collector) fn panicked(_: Thread) {}
    pub(in crate::collector) fn no_thread() {}
}
#[cfg(not(feature = "tracing"))]
pub(super) use silent::{changed, gpu, no_thread, panicked, stalled, xid};
