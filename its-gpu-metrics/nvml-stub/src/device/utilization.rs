//! How busy the engines are.

use std::ffi::c_uint;

use nvml_wrapper_sys::bindings::{nvmlDevice_t, nvmlUtilization_t};

use crate::call::{Call, Status, export};
use crate::memory::write_out;
use crate::scenario::Utilization;

export! {
    unsafe fn nvmlDeviceGetUtilizationRates(call, device: nvmlDevice_t, utilization: *mut nvmlUtilization_t) {
        let target = call.gpu(device)?;
        let Utilization { gpu, memory, .. } = target.gpu.utilization;
        write_out(utilization, nvmlUtilization_t { gpu, memory })
    }

    unsafe fn nvmlDeviceGetEncoderUtilization(
        call, device: nvmlDevice_t, utilization: *mut c_uint, sampling_period_us: *mut c_uint,
    ) {
        engine(call, device, utilization, sampling_period_us, |engines| engines.encoder)
    }

    unsafe fn nvmlDeviceGetDecoderUtilization(
        call, device: nvmlDevice_t, utilization: *mut c_uint, sampling_period_us: *mut c_uint,
    ) {
        engine(call, device, utilization, sampling_period_us, |engines| engines.decoder)
    }

    unsafe fn nvmlDeviceGetJpgUtilization(
        call, device: nvmlDevice_t, utilization: *mut c_uint, sampling_period_us: *mut c_uint,
    ) {
        engine(call, device, utilization, sampling_period_us, |engines| engines.jpg)
    }

    unsafe fn nvmlDeviceGetOfaUtilization(
        call, device: nvmlDevice_t, utilization: *mut c_uint, sampling_period_us: *mut c_uint,
    ) {
        engine(call, device, utilization, sampling_period_us, |engines| engines.ofa)
    }

    unsafe fn nvmlDeviceGetEncoderStats(
        call, device: nvmlDevice_t, session_count: *mut c_uint, average_fps: *mut c_uint,
        average_latency: *mut c_uint,
    ) {
        let target = call.gpu(device)?;
        write_out(session_count, target.gpu.encoder_stats.sessions)?;
        write_out(average_fps, target.gpu.encoder_stats.fps)?;
        write_out(average_latency, target.gpu.encoder_stats.latency_us)
    }
}

/// # Safety
///
/// As [`write_out`] of both outputs.
unsafe fn engine(
    call: &Call,
    device: nvmlDevice_t,
    utilization: *mut c_uint,
    period: *mut c_uint,
    select: impl FnOnce(&Utilization) -> u32,
) -> Status {
    let target = call.gpu(device)?;
    let engines = &target.gpu.utilization;
    // SAFETY: as the caller vouches.
    unsafe {
        write_out(period, engines.sampling_period_us)?;
        write_out(utilization, select(engines))
    }
}
