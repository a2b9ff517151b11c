//! The frame buffer and the window to it.

use super::plausible;
use crate::nvml::{Call, Probe, memory_v1};
use crate::snapshot::Memory;

/// No GPU has a pebibyte.
const MOST: u64 = 1 << 50;

pub(in crate::collector) fn memory(probe: &mut Probe<'_>) -> Memory {
    let mut memory = match probe.ask(Call::Memory, |device| device.memory_info()) {
        Some(info) => plausible(probe, Call::Memory, info, |info| is_true(info.total, info.used, info.free))
            .map(|info| Memory {
                total: Some(info.total),
                used: Some(info.used),
                free: Some(info.free),
                reserved: Some(info.reserved),
                ..Memory::default()
            }),
        // One that failed tells other numbers in the next cycle; these are not the same.
        None if probe.may(Call::Memory) => None,
        // Before 510: what is reserved is among what is used.
        None => probe
            .ask(Call::MemoryFirst, memory_v1)
            .and_then(|info| {
                plausible(probe, Call::MemoryFirst, info, |info| is_true(info.0, info.2, info.1))
            })
            .map(|(total, free, used)| Memory {
                total: Some(total),
                used: Some(used),
                free: Some(free),
                ..Memory::default()
            }),
    }
    .unwrap_or_default();
    let bar1 = probe.ask(Call::Bar1, |device| device.bar1_memory_info());
    let bar1 = bar1.and_then(|bar1| {
        plausible(probe, Call::Bar1, bar1, |bar1| is_true(bar1.total, bar1.used, bar1.free))
    });
    memory.bar1_total = bar1.as_ref().map(|bar1| bar1.total);
    memory.bar1_used = bar1.as_ref().map(|bar1| bar1.used);
    memory
}

fn is_true(total: u64, used: u64, free: u64) -> bool {
    total > 0 && total < MOST && used <= total && free <= total
}
