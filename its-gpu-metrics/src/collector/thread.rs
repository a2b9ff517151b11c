//! The thread that reads the GPUs, cycle by cycle.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use super::cycle::Cycles;
use super::shared::Shared;
use super::{events, log};

/// Starts both threads.
pub(super) fn start(shared: &Arc<Shared>) {
    spawn(shared, Thread::Collector);
    spawn(shared, Thread::Events);
}

/// What the threads are for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Thread {
    Collector,
    Events,
}

fn spawn(shared: &Arc<Shared>, thread: Thread) {
    let (name, run): (&str, fn(&Shared)) = match thread {
        Thread::Collector => ("gpu-collector", collect),
        Thread::Events => ("gpu-events", events::wait),
    };
    let of_thread = Arc::clone(shared);
    shared.thread_begins();
    let body = move || {
        // Left to unwind, a panic would leave whoever shuts down waiting.
        if catch_unwind(AssertUnwindSafe(|| run(&of_thread))).is_err() {
            log::panicked(thread);
        }
        of_thread.thread_ends();
    };
    if std::thread::Builder::new().name(name.into()).spawn(body).is_err() {
        log::no_thread();
        shared.thread_ends();
    }
}

fn collect(shared: &Shared) {
    let mut cycles = Cycles::new(shared);
    let mut next = Instant::now();
    while shared.sleep_until(next) {
        shared.running(Some(Instant::now()));
        let snapshot = cycles.run();
        // First, so that nobody sees the cycle ended and the snapshot before it.
        shared.publish(snapshot);
        shared.running(None);
        // A cycle that took too long is not made up for.
        next = (next + shared.settings.interval).max(Instant::now());
    }
    shared.watch(None);
}
