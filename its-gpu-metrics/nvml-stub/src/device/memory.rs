//! The frame buffer and its window on the bus.

use nvml_wrapper_sys::bindings::{nvmlBAR1Memory_t, nvmlDevice_t, nvmlMemory_t, nvmlMemory_v2_t};

use crate::call::{Target, export};
use crate::code::ARGUMENT_VERSION_MISMATCH;
use crate::memory::{read_in, write_out};
use crate::scenario::Memory;

const MEMORY_V2: u32 = size_of::<nvmlMemory_v2_t>() as u32 | 2 << 24;

export! {
    unsafe fn nvmlDeviceGetMemoryInfo_v2(call, device: nvmlDevice_t, memory: *mut nvmlMemory_v2_t) {
        let target = call.target(device)?;
        if read_in(memory.cast::<u32>())? != MEMORY_V2 {
            return Err(ARGUMENT_VERSION_MISMATCH);
        }
        let Memory { total, reserved, used, .. } = *of(&target);
        let free = free(of(&target));
        write_out(memory, nvmlMemory_v2_t { version: MEMORY_V2, total, reserved, free, used })
    }

    // The first version has no field for the reserved memory and counts it as used.
    unsafe fn nvmlDeviceGetMemoryInfo(call, device: nvmlDevice_t, memory: *mut nvmlMemory_t) {
        let target = call.target(device)?;
        let Memory { total, reserved, used, .. } = *of(&target);
        let free = free(of(&target));
        write_out(memory, nvmlMemory_t { total, free, used: used.saturating_add(reserved) })
    }

    unsafe fn nvmlDeviceGetBAR1MemoryInfo(call, device: nvmlDevice_t, bar1_memory: *mut nvmlBAR1Memory_t) {
        let target = call.target(device)?;
        let (total, used) = match target.instance() {
            Some(instance) => (instance.bar1_total, 0),
            None => (target.gpu.bar1.total, target.gpu.bar1.used),
        };
        write_out(
            bar1_memory,
            nvmlBAR1Memory_t { bar1Total: total, bar1Free: total.saturating_sub(used), bar1Used: used },
        )
    }
}

fn of(target: &Target) -> &Memory {
    target.instance().map_or(&target.gpu.memory, |instance| &instance.memory)
}

fn free(memory: &Memory) -> u64 {
    memory.free.unwrap_or_else(|| memory.total.saturating_sub(memory.reserved).saturating_sub(memory.used))
}
