//! Who uses the GPU.

use std::ffi::{c_uint, c_ulonglong};

use nvml_wrapper_sys::bindings::{nvmlDevice_t, nvmlProcessInfo_t, nvmlProcessUtilizationSample_t};

use crate::call::{Call, Status, Target, export};
use crate::code::{INVALID_ARGUMENT, NOT_FOUND, NOT_SUPPORTED};
use crate::memory::write_list;
use crate::scenario::{Process, Processes};

/// What the driver writes where it does not know the memory, and all ones where there is no MIG instance.
const UNAVAILABLE: u64 = u64::MAX;
const NO_INSTANCE: u32 = u32::MAX;

export! {
    unsafe fn nvmlDeviceGetComputeRunningProcesses_v3(
        call, device: nvmlDevice_t, info_count: *mut c_uint, infos: *mut nvmlProcessInfo_t,
    ) {
        running(call, device, info_count, infos, |processes| &processes.compute)
    }

    unsafe fn nvmlDeviceGetGraphicsRunningProcesses_v3(
        call, device: nvmlDevice_t, info_count: *mut c_uint, infos: *mut nvmlProcessInfo_t,
    ) {
        running(call, device, info_count, infos, |processes| &processes.graphics)
    }

    unsafe fn nvmlDeviceGetMPSComputeRunningProcesses_v3(
        call, device: nvmlDevice_t, info_count: *mut c_uint, infos: *mut nvmlProcessInfo_t,
    ) {
        running(call, device, info_count, infos, |processes| &processes.mps)
    }

    unsafe fn nvmlDeviceGetProcessUtilization(
        call, device: nvmlDevice_t, utilization: *mut nvmlProcessUtilizationSample_t,
        process_samples_count: *mut c_uint, last_seen_time_stamp: c_ulonglong,
    ) {
        let target = call.gpu(device)?;
        if target.gpu.mig.enabled {
            return Err(NOT_SUPPORTED);
        }
        if process_samples_count.is_null() {
            return Err(INVALID_ARGUMENT);
        }
        let samples = newer_samples(&target, last_seen_time_stamp);
        // An idle GPU.
        if samples.is_empty() {
            return Err(NOT_FOUND);
        }
        write_list(process_samples_count, utilization, &samples)
    }
}

/// # Safety
///
/// As [`write_list`].
unsafe fn running(
    call: &Call,
    device: nvmlDevice_t,
    count: *mut c_uint,
    infos: *mut nvmlProcessInfo_t,
    select: impl FnOnce(&Processes) -> &Vec<Process>,
) -> Status {
    let target = call.target(device)?;
    let visible = select(&target.gpu.processes).iter().filter(|process| is_of(process, &target));
    let infos_of: Vec<_> = visible.map(info).collect();
    // SAFETY: as the caller vouches.
    unsafe { write_list(count, infos, &infos_of) }
}

/// A MIG device shows the processes of its own instances.
fn is_of(process: &Process, target: &Target) -> bool {
    target.instance().is_none_or(|instance| {
        process.gpu_instance == instance.gpu_instance
            && process.compute_instance == Some(instance.compute_instance)
    })
}

fn info(process: &Process) -> nvmlProcessInfo_t {
    nvmlProcessInfo_t {
        pid: process.pid,
        usedGpuMemory: process.memory.unwrap_or(UNAVAILABLE),
        gpuInstanceId: process.gpu_instance.unwrap_or(NO_INSTANCE),
        computeInstanceId: process.compute_instance.unwrap_or(NO_INSTANCE),
    }
}

fn newer_samples(target: &Target, last_seen: u64) -> Vec<nvmlProcessUtilizationSample_t> {
    let newer = target.gpu.process_utilization.iter().filter(|sample| sample.timestamp_us > last_seen);
    newer
        .map(|sample| nvmlProcessUtilizationSample_t {
            pid: sample.pid,
            timeStamp: sample.timestamp_us,
            smUtil: sample.sm,
            memUtil: sample.memory,
            encUtil: sample.encoder,
            decUtil: sample.decoder,
        })
        .collect()
}
