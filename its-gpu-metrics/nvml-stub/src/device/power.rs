//! Power and energy.

use std::ffi::{c_uint, c_ulonglong};

use nvml_wrapper_sys::bindings::nvmlDevice_t;

use crate::call::export;
use crate::memory::write_out;

export! {
    unsafe fn nvmlDeviceGetPowerUsage(call, device: nvmlDevice_t, power: *mut c_uint) {
        write_out(power, call.gpu(device)?.gpu.power.usage_mw)
    }

    unsafe fn nvmlDeviceGetEnforcedPowerLimit(call, device: nvmlDevice_t, limit: *mut c_uint) {
        write_out(limit, call.gpu(device)?.gpu.power.limit_mw)
    }

    unsafe fn nvmlDeviceGetTotalEnergyConsumption(call, device: nvmlDevice_t, energy: *mut c_ulonglong) {
        write_out(energy, call.gpu(device)?.energy_mj)
    }
}
