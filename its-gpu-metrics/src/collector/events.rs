//! The thread that waits for Xid errors.
//!
//! A set of events for each GPU, so that a GPU that is lost, whose wait returns at once, can be left out without losing
//! what waits for the others. The sets are asked in turn; the driver keeps what happens meanwhile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nvml_wrapper::error::NvmlError;

use super::cycle::timed;
use super::log;
use super::shared::{Shared, Watched};
use crate::nvml::{Call, EventSet, code, supported_event_types};

/// NVML's bit for Xid errors.
const XID: u64 = 0x8;

/// How long all sets together are waited for; a stop is noticed as late.
const ROUND: u32 = 200;

/// After which time a GPU whose events failed is tried again.
const RETRY: Duration = Duration::from_secs(30);

struct Set {
    uuid: String,
    generation: u64,
    /// `None` when the GPU has no events, or they failed, until that time.
    events: Result<EventSet, Instant>,
}

pub(super) fn wait(shared: &Shared) {
    let mut watched: Option<Arc<Watched>> = None;
    let mut sets: Vec<Set> = Vec::new();
    while !shared.is_stopping() {
        let now = shared.watched();
        let same = match (&watched, &now) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        if !same {
            sets = renewed(sets, watched.as_deref(), now.as_deref(), shared);
            watched = now;
        }
        if let Some(watched) = &watched {
            try_again(&mut sets, watched, shared);
        }
        let live = sets.iter().filter(|set| set.events.is_ok()).count() as u32;
        if live == 0 {
            // At least one try each RETRY, and at once when the GPUs change.
            shared.wait_for_others(watched.as_ref(), Instant::now() + RETRY);
            continue;
        }
        let patience = (ROUND / live).max(10);
        for set in &mut sets {
            take(set, patience, shared);
        }
    }
}

/// The sets for other GPUs than before; those of GPUs that stay are kept with what waits in them.
fn renewed(before: Vec<Set>, old: Option<&Watched>, new: Option<&Watched>, shared: &Shared) -> Vec<Set> {
    let mut gone = before;
    let mut sets = Vec::new();
    if let Some(new) = new {
        let same_library = old.is_some_and(|old| Arc::ptr_eq(&old.nvml, &new.nvml));
        for (uuid, generation) in &new.gpus {
            let is_known = |set: &Set| same_library && set.uuid == *uuid && set.generation == *generation;
            sets.push(match gone.iter().position(is_known) {
                Some(at) => gone.swap_remove(at),
                None => Set {
                    uuid: uuid.clone(),
                    generation: *generation,
                    events: open(new, uuid, shared).ok_or_else(|| Instant::now() + RETRY),
                },
            });
        }
    }
    // A GPU that was lost may have said why.
    gone.iter_mut().for_each(|set| take(set, 0, shared));
    sets
}

fn open(watched: &Watched, uuid: &str, shared: &Shared) -> Option<EventSet> {
    let opened = || -> Result<Option<EventSet>, (Call, NvmlError)> {
        let failed = |call| move |error| (call, error);
        let device = watched.nvml.device_by_uuid(uuid).map_err(failed(Call::HandleByUuid))?;
        let supported = timed(shared, Call::SupportedEvents, || supported_event_types(&device))
            .map_err(failed(Call::SupportedEvents))?;
        if supported & XID == 0 {
            return Ok(None);
        }
        let set =
            timed(shared, Call::EventSet, || EventSet::new(&watched.nvml)).map_err(failed(Call::EventSet))?;
        timed(shared, Call::RegisterEvents, || set.register(&device, XID))
            .map_err(failed(Call::RegisterEvents))?;
        Ok(Some(set))
    };
    opened().unwrap_or_else(|(call, error)| {
        shared.calls.failed(call, code(&error));
        None
    })
}

fn try_again(sets: &mut [Set], watched: &Watched, shared: &Shared) {
    for set in sets {
        if set.events.as_ref().is_err_and(|again| Instant::now() >= *again) {
            set.events = open(watched, &set.uuid, shared).ok_or_else(|| Instant::now() + RETRY);
        }
    }
}

/// Takes what waits in a set, and waits for the first.
fn take(set: &mut Set, mut patience: u32, shared: &Shared) {
    while let Ok(events) = &set.events {
        match events.wait(patience) {
            Ok(event) => {
                if event.kind & XID != 0 {
                    log::xid(&set.uuid, shared.count_xid(&set.uuid, event), event.mig);
                }
                patience = 0;
                if shared.is_stopping() {
                    return;
                }
            }
            Err(NvmlError::Timeout) => return,
            Err(error) => {
                // Asked again at once it would answer at once: the collector says when the GPU is back.
                shared.calls.failed(Call::EventWait, code(&error));
                set.events = Err(Instant::now() + RETRY);
            }
        }
    }
}
