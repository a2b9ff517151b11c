//! Multi-instance GPU.

use std::ffi::c_uint;

use nvml_wrapper_sys::bindings::{nvmlDevice_t, nvmlDeviceAttributes_t};

use crate::call::export;
use crate::code::{INVALID_ARGUMENT, NOT_FOUND, NOT_SUPPORTED};
use crate::handle::Handle;
use crate::memory::write_out;

export! {
    unsafe fn nvmlDeviceGetMigMode(
        call, device: nvmlDevice_t, current_mode: *mut c_uint, pending_mode: *mut c_uint,
    ) {
        let target = call.gpu(device)?;
        let mig = &target.gpu.mig;
        if mig.max_instances == 0 {
            return Err(NOT_SUPPORTED);
        }
        write_out(current_mode, mig.enabled.into())?;
        write_out(pending_mode, mig.pending.into())
    }

    unsafe fn nvmlDeviceGetMaxMigDeviceCount(call, device: nvmlDevice_t, count: *mut c_uint) {
        let target = call.gpu(device)?;
        write_out(count, target.gpu.mig.max_instances)
    }

    unsafe fn nvmlDeviceGetMigDeviceHandleByIndex(
        call, device: nvmlDevice_t, index: c_uint, mig_device: *mut nvmlDevice_t,
    ) {
        let target = call.gpu(device)?;
        let mig = &target.gpu.mig;
        if mig.max_instances == 0 {
            return Err(NOT_SUPPORTED);
        }
        if index >= mig.max_instances {
            return Err(INVALID_ARGUMENT);
        }
        let listed = |place: usize| mig.instances[place].index.unwrap_or(place as u32) == index;
        let place = (0..mig.instances.len()).find(|&place| mig.enabled && listed(place)).ok_or(NOT_FOUND)?;
        let handle = Handle { generation: target.generation, gpu: target.position, mig: Some(place) };
        write_out(mig_device, handle.encode())
    }

    unsafe fn nvmlDeviceGetDeviceHandleFromMigDeviceHandle(
        call, mig_device: nvmlDevice_t, device: *mut nvmlDevice_t,
    ) {
        let target = call.target(mig_device)?;
        if target.mig.is_none() {
            return Err(INVALID_ARGUMENT);
        }
        let handle = Handle { generation: target.generation, gpu: target.position, mig: None };
        write_out(device, handle.encode())
    }

    unsafe fn nvmlDeviceIsMigDeviceHandle(call, device: nvmlDevice_t, is_mig_device: *mut c_uint) {
        write_out(is_mig_device, call.target(device)?.mig.is_some().into())
    }

    unsafe fn nvmlDeviceGetGpuInstanceId(call, device: nvmlDevice_t, id: *mut c_uint) {
        let target = call.target(device)?;
        write_out(id, target.instance().and_then(|instance| instance.gpu_instance).ok_or(NOT_SUPPORTED)?)
    }

    unsafe fn nvmlDeviceGetComputeInstanceId(call, device: nvmlDevice_t, id: *mut c_uint) {
        let target = call.target(device)?;
        write_out(id, target.instance().ok_or(NOT_SUPPORTED)?.compute_instance)
    }

    unsafe fn nvmlDeviceGetAttributes_v2(
        call, device: nvmlDevice_t, attributes: *mut nvmlDeviceAttributes_t,
    ) {
        let target = call.target(device)?;
        let of = &target.instance().ok_or(NOT_SUPPORTED)?.attributes;
        write_out(attributes, nvmlDeviceAttributes_t {
            multiprocessorCount: of.multiprocessors,
            sharedCopyEngineCount: of.copy_engines,
            sharedDecoderCount: of.decoders,
            sharedEncoderCount: of.encoders,
            sharedJpegCount: of.jpegs,
            sharedOfaCount: of.ofas,
            gpuInstanceSliceCount: of.gpu_instance_slices,
            computeInstanceSliceCount: of.compute_instance_slices,
            memorySizeMB: of.memory_mib,
        })
    }
}
