//! Success with values that mean nothing, as drivers for integrated GPUs are reported to give.

use super::Gpu;

/// Replaces measurements by zeros, all ones and impossible percentages; the identity stays.
pub(super) fn spoil(gpu: &mut Gpu) {
    gpu.serial.clear();
    gpu.vbios.clear();
    gpu.utilization.gpu = u32::MAX;
    gpu.utilization.memory = 255;
    gpu.utilization.encoder = 4_000;
    gpu.utilization.decoder = 101;
    gpu.utilization.sampling_period_us = 0;
    gpu.memory.total = 0;
    gpu.memory.reserved = 0;
    gpu.memory.used = u64::MAX;
    gpu.memory.free = Some(0);
    gpu.bar1.total = 0;
    gpu.bar1.used = u64::MAX;
    gpu.temperature.gpu = u32::MAX;
    gpu.temperature.memory = 0;
    gpu.temperature.slowdown = 0;
    gpu.power.usage_mw = 0;
    gpu.power.limit_mw = u32::MAX;
    gpu.energy_mj = 0;
    gpu.live = false;
    gpu.clocks.graphics = 0;
    gpu.clocks.sm = u32::MAX;
    gpu.pstate = 32;
    gpu.clock_event_reasons = u64::MAX;
    gpu.pcie.width = 0;
    gpu.pcie.generation = 255;
}
