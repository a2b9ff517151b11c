//! The thread that waits for Xid errors.
//!
//! A set of events for each GPU, so that a GPU that is lost, whose wait returns at once, can be left out without losing
//! what waits for the others. The sets are asked in turn; the driver keeps what happens meanwhile.

use std::sync::Arc;
use std::time::{Duration, Instant};

use nvml_wrapper::error::NvmlError;

use super::cycle::timed;
use super::shared::{Shared, Watched};
use super::xid_log::XidLog;
use crate::nvml::{Call, EventSet, Meaning, code, meaning, supported_event_types};

/// NVML's bit for Xid errors.
const XID: u64 = 0x8;

/// How long all sets together are waited for; a stop is noticed as late.
const ROUND: u32 = 200;

/// Events that are taken of one set before the others have their turn: a GPU that fails for good reports without end.
const TURN: usize = 256;

/// How long a set that failed is left alone, from the first failure to the most.
const BACK_OFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// How long the thread sleeps while there is nothing to wait for and nothing to try again.
const IDLE: Duration = Duration::from_secs(30);

struct Set {
    uuid: String,
    generation: u64,
    events: Events,
    /// After a failure: until when it is left alone.
    again: Option<Instant>,
    /// For how long after the next one.
    back_off: Duration,
    log: XidLog,
}

enum Events {
    /// They have to be asked for.
    Closed,
    Open(EventSet),
    /// The GPU has none, or the driver not the functions, in this generation.
    Unsupported,
}

impl Set {
    fn new(uuid: String, generation: u64) -> Self {
        let (back_off, _) = BACK_OFF;
        Self { uuid, generation, events: Events::Closed, again: None, back_off, log: XidLog::default() }
    }

    fn fails(&mut self, call: Call, error: &NvmlError, shared: &Shared) {
        shared.calls.failed(call, code(error));
        self.again = Some(Instant::now() + self.back_off);
        self.back_off = (self.back_off * 2).min(BACK_OFF.1);
    }

    fn works(&mut self) {
        (self.again, self.back_off) = (None, BACK_OFF.0);
    }

    /// Whether it may be asked now.
    fn is_due(&self) -> bool {
        self.again.is_none_or(|again| Instant::now() >= again)
    }

    fn is_open(&self) -> bool {
        matches!(self.events, Events::Open(_))
    }
}

pub(super) fn wait(shared: &Shared) {
    let mut watched: Option<Arc<Watched>> = None;
    let mut sets: Vec<Set> = Vec::new();
    while !shared.is_stopping() {
        // Where nobody scrapes, this is who sees it.
        shared.log_stall(shared.running_since());
        let now = shared.watched();
        if !Watched::is_same(watched.as_ref(), now.as_ref()) {
            sets = renewed(sets, watched.as_deref(), now.as_deref(), shared);
            watched = now;
        }
        if let Some(watched) = &watched {
            for set in sets.iter_mut().filter(|set| matches!(set.events, Events::Closed) && set.is_due()) {
                open(set, watched, shared);
            }
        }
        let live = sets.iter().filter(|set| set.is_open() && set.is_due()).count() as u32;
        if live == 0 {
            // Until the first may be tried again, and at once when the GPUs change.
            let next = sets.iter().filter_map(|set| set.again).min();
            shared.wait_for_others(watched.as_ref(), next.unwrap_or_else(|| Instant::now() + IDLE));
            continue;
        }
        let patience = (ROUND / live).max(10);
        for set in &mut sets {
            if set.is_due() {
                take(set, patience, shared);
            }
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
                None => Set::new(uuid.clone(), *generation),
            });
        }
    }
    // A GPU that was lost may have said why.
    gone.iter_mut().for_each(|set| take(set, 0, shared));
    sets
}

fn open(set: &mut Set, watched: &Watched, shared: &Shared) {
    let opened = || -> Result<Option<EventSet>, (Call, NvmlError)> {
        let failed = |call| move |error| (call, error);
        let device = timed(shared, Call::HandleByUuid, || watched.nvml.device_by_uuid(&*set.uuid))
            .map_err(failed(Call::HandleByUuid))?;
        let supported = timed(shared, Call::SupportedEvents, || supported_event_types(&device))
            .map_err(failed(Call::SupportedEvents))?;
        if supported & XID == 0 {
            return Ok(None);
        }
        let events =
            timed(shared, Call::EventSet, || EventSet::new(&watched.nvml)).map_err(failed(Call::EventSet))?;
        timed(shared, Call::RegisterEvents, || events.register(&device, XID))
            .map_err(failed(Call::RegisterEvents))?;
        Ok(Some(events))
    };
    let opened = opened();
    set.again = None;
    match opened {
        Ok(Some(events)) => set.events = Events::Open(events),
        Ok(None) => set.events = Events::Unsupported,
        Err((_, error)) if meaning(&error) == Meaning::Unsupported => set.events = Events::Unsupported,
        Err((call, error)) => set.fails(call, &error, shared),
    }
}

/// Takes what waits in a set, and waits for the first.
fn take(set: &mut Set, mut patience: u32, shared: &Shared) {
    for _ in 0..TURN {
        let Events::Open(events) = &set.events else { return };
        match events.wait(patience) {
            Ok(event) => {
                if event.kind & XID != 0 {
                    let code = shared.count_xid(&set.uuid, event);
                    set.log.add(&set.uuid, code, event.mig);
                }
                patience = 0;
                set.works();
                if shared.is_stopping() {
                    return;
                }
            }
            Err(NvmlError::Timeout) => {
                set.works();
                return;
            }
            Err(error) => {
                // Asked again at once it would answer at once. A set of a GPU that is still there keeps what comes.
                if matches!(meaning(&error), Meaning::Lost | Meaning::ResetRequired | Meaning::Ended(_)) {
                    set.events = Events::Closed;
                }
                set.fails(Call::EventWait, &error, shared);
                return;
            }
        }
    }
}
