//! Clocks, the performance state and what holds the clocks down.

use std::ffi::{c_uint, c_ulonglong};
use std::time::{SystemTime, UNIX_EPOCH};

use nvml_wrapper_sys::bindings::{
    nvmlClockType_t, nvmlDevice_t, nvmlPerfPolicyType_t, nvmlPstates_t, nvmlViolationTime_t,
};

use crate::call::export;
use crate::code::INVALID_ARGUMENT;
use crate::memory::write_out;

export! {
    unsafe fn nvmlDeviceGetClockInfo(
        call, device: nvmlDevice_t, type_: nvmlClockType_t, clock: *mut c_uint,
    ) {
        let target = call.gpu(device)?;
        let clocks = &target.gpu.clocks;
        let by_type = [clocks.graphics, clocks.sm, clocks.memory, clocks.video];
        write_out(clock, *by_type.get(type_ as usize).ok_or(INVALID_ARGUMENT)?)
    }

    unsafe fn nvmlDeviceGetMaxClockInfo(
        call, device: nvmlDevice_t, type_: nvmlClockType_t, clock: *mut c_uint,
    ) {
        let target = call.gpu(device)?;
        let clocks = &target.gpu.clocks.max;
        let by_type = [clocks.graphics, clocks.sm, clocks.memory, clocks.video];
        write_out(clock, *by_type.get(type_ as usize).ok_or(INVALID_ARGUMENT)?)
    }

    unsafe fn nvmlDeviceGetPerformanceState(call, device: nvmlDevice_t, p_state: *mut nvmlPstates_t) {
        write_out(p_state, call.gpu(device)?.gpu.pstate)
    }

    unsafe fn nvmlDeviceGetCurrentClocksThrottleReasons(
        call, device: nvmlDevice_t, clocks_throttle_reasons: *mut c_ulonglong,
    ) {
        write_out(clocks_throttle_reasons, call.gpu(device)?.gpu.clock_event_reasons)
    }

    unsafe fn nvmlDeviceGetCurrentClocksEventReasons(
        call, device: nvmlDevice_t, clocks_event_reasons: *mut c_ulonglong,
    ) {
        write_out(clocks_event_reasons, call.gpu(device)?.gpu.clock_event_reasons)
    }

    unsafe fn nvmlDeviceGetViolationStatus(
        call, device: nvmlDevice_t, perf_policy_type: nvmlPerfPolicyType_t,
        viol_time: *mut nvmlViolationTime_t,
    ) {
        let target = call.gpu(device)?;
        let violations = &target.gpu.violations;
        let lost = match perf_policy_type {
            0 => violations.power,
            1 => violations.thermal,
            2 => violations.sync_boost,
            3 => violations.board_limit,
            4 => violations.low_utilization,
            5 => violations.reliability,
            10 => violations.app_clocks,
            11 => violations.base_clocks,
            _ => return Err(INVALID_ARGUMENT),
        };
        write_out(viol_time, nvmlViolationTime_t { referenceTime: now_us(), violationTime: lost })
    }
}

/// Microseconds since 1970.
pub(super) fn now_us() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros() as u64)
}
