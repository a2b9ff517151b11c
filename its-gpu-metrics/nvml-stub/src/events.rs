//! Event sets: what happens to registered GPUs, in order, repeats included.

use std::collections::VecDeque;
use std::ffi::{c_int, c_uint, c_ulonglong};
use std::ptr;
use std::sync::MutexGuard;
use std::time::{Duration, Instant};

use nvml_wrapper_sys::bindings::{nvmlDevice_t, nvmlEventData_t, nvmlEventSet_t};
use serde::Deserialize;

use crate::call::{Call, Symbol, export};
use crate::code::{Code, INVALID_ARGUMENT, NOT_SUPPORTED, TIMEOUT, UNINITIALIZED};
use crate::handle::Handle;
use crate::memory::write_out;
use crate::state::{SHARED, State};

/// What a test makes happen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Event {
    /// The UUID of the GPU.
    gpu: String,
    /// The bit of the event's type.
    #[serde(rename = "type")]
    kind: u64,
    /// For a critical Xid its number, 999 where the driver does not know it.
    #[serde(default)]
    data: u64,
    #[serde(default = "no_instance")]
    gpu_instance: u32,
    #[serde(default = "no_instance")]
    compute_instance: u32,
}

/// A set of registrations and what has happened to them.
#[derive(Debug, Default)]
pub(crate) struct EventSet {
    registrations: Vec<Registration>,
    happened: VecDeque<Happened>,
}

#[derive(Clone, Copy, Debug)]
struct Registration {
    gpu: usize,
    types: u64,
}

#[derive(Clone, Copy, Debug)]
struct Happened {
    handle: Handle,
    kind: u64,
    data: u64,
    gpu_instance: u32,
    compute_instance: u32,
}

export! {
    unsafe fn nvmlDeviceGetSupportedEventTypes(call, device: nvmlDevice_t, event_types: *mut c_ulonglong) {
        write_out(event_types, call.gpu(device)?.gpu.supported_events)
    }

    unsafe fn nvmlEventSetCreate(_call, set: *mut nvmlEventSet_t) {
        let id = SHARED.change(|state| {
            let id = state.new_id();
            state.sets.insert(id, EventSet::default());
            id
        });
        write_out(set, ptr::without_provenance_mut(id))
    }

    fn nvmlDeviceRegisterEvents(
        call, device: nvmlDevice_t, event_types: c_ulonglong, set: nvmlEventSet_t,
    ) {
        let target = call.gpu(device)?;
        if event_types & !target.gpu.supported_events != 0 {
            return Err(NOT_SUPPORTED);
        }
        SHARED.change(|state| {
            let set = state.sets.get_mut(&set.addr()).ok_or(INVALID_ARGUMENT)?;
            set.registrations.push(Registration { gpu: target.position, types: event_types });
            Ok(())
        })
    }

    unsafe fn nvmlEventSetWait_v2(call, set: nvmlEventSet_t, data: *mut nvmlEventData_t, timeoutms: c_uint) {
        if data.is_null() {
            return Err(INVALID_ARGUMENT);
        }
        let happened = wait(call, set.addr(), Duration::from_millis(timeoutms.into()))?;
        write_out(data, nvmlEventData_t {
            device: happened.handle.encode(),
            eventType: happened.kind,
            eventData: happened.data,
            gpuInstanceId: happened.gpu_instance,
            computeInstanceId: happened.compute_instance,
        })
    }

    fn nvmlEventSetFree(_call, set: nvmlEventSet_t) {
        SHARED.change(|state| state.sets.remove(&set.addr())).map(|_| ()).ok_or(INVALID_ARGUMENT)
    }
}

/// Queues an event in every set that is registered for it, and gives their number.
pub(crate) fn push(state: &mut State, event: &Event) -> Result<c_int, String> {
    let position = (0..state.scenario.gpus.len())
        .find(|&position| state.scenario.gpus[position].uuid == event.gpu)
        .ok_or_else(|| format!("there is no GPU {}", event.gpu))?;
    let happened = Happened {
        handle: Handle { generation: state.generation, gpu: position, mig: None },
        kind: event.kind,
        data: event.data,
        gpu_instance: event.gpu_instance,
        compute_instance: event.compute_instance,
    };
    let mut reached = 0;
    for set in state.sets.values_mut() {
        if set.registrations.iter().any(|of| of.gpu == position && of.types & event.kind != 0) {
            set.happened.push_back(happened);
            reached += 1;
        }
    }
    Ok(reached)
}

/// Blocks until something happens to a registered GPU, or one of them fails. What happened before is told first.
fn wait(call: &Call, set: usize, timeout: Duration) -> Result<Happened, Code> {
    let deadline = Instant::now().checked_add(timeout);
    let mut state = SHARED.lock();
    loop {
        if !state.initialized() {
            return Err(UNINITIALIZED);
        }
        if let Some(happened) = next(&mut state, call.symbol, set)? {
            return Ok(happened);
        }
        if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(TIMEOUT);
        }
        state = SHARED.wait(state, deadline);
    }
}

fn next(state: &mut MutexGuard<'_, State>, symbol: Symbol, set: usize) -> Result<Option<Happened>, Code> {
    // Also when the set was freed during the wait.
    let waiting = state.sets.get_mut(&set).ok_or(INVALID_ARGUMENT)?;
    if let Some(happened) = waiting.happened.pop_front() {
        return Ok(Some(happened));
    }
    state.code_everywhere(symbol)?;
    let set = state.sets.get(&set).ok_or(INVALID_ARGUMENT)?;
    set.registrations.iter().try_for_each(|of| state.code_of(of.gpu, symbol))?;
    Ok(None)
}

fn no_instance() -> u32 {
    u32::MAX
}
