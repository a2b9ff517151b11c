//! From an index or a UUID to a handle.

use std::ffi::{c_char, c_uint};

use nvml_wrapper_sys::bindings::nvmlDevice_t;

use crate::call::{Call, export};
use crate::code::{Code, INVALID_ARGUMENT, NOT_FOUND};
use crate::handle::Handle;
use crate::memory::{read_text, write_out};
use crate::state::{SHARED, State};

export! {
    unsafe fn nvmlDeviceGetCount_v2(_call, device_count: *mut c_uint) {
        write_out(device_count, SHARED.lock().scenario.visible() as c_uint)
    }

    unsafe fn nvmlDeviceGetHandleByIndex_v2(call, index: c_uint, device: *mut nvmlDevice_t) {
        let place = |state: &State| state.scenario.place_of(index as usize).map(|gpu| (gpu, None));
        write_out(device, found(call, place, INVALID_ARGUMENT)?)
    }

    unsafe fn nvmlDeviceGetHandleByUUID(call, uuid: *const c_char, device: *mut nvmlDevice_t) {
        let uuid = read_text(uuid)?;
        write_out(device, found(call, |state| place_by_uuid(state, uuid), NOT_FOUND)?)
    }
}

/// The handle of what `place` finds, unless the GPU does not answer.
fn found(
    call: &Call,
    place: impl FnOnce(&State) -> Option<(usize, Option<usize>)>,
    otherwise: Code,
) -> Result<nvmlDevice_t, Code> {
    let (handle, generation) = {
        let state = SHARED.lock();
        (place(&state).ok_or(otherwise)?, state.generation)
    };
    let handle = Handle { generation, gpu: handle.0, mig: handle.1 }.encode();
    call.target(handle).map(|_| handle)
}

fn place_by_uuid(state: &State, uuid: &str) -> Option<(usize, Option<usize>)> {
    (0..state.scenario.visible()).filter_map(|index| state.scenario.place_of(index)).find_map(|place| {
        let gpu = state.gpu(place)?;
        if gpu.uuid == uuid {
            return Some((place, None));
        }
        let mig = gpu.mig.instances.iter().position(|instance| instance.uuid == uuid)?;
        gpu.mig.enabled.then_some((place, Some(mig)))
    })
}
