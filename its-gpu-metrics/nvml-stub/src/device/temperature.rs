//! Temperatures and fans.

use std::ffi::c_uint;

use nvml_wrapper_sys::bindings::{
    nvmlDevice_t, nvmlMarginTemperature_t, nvmlTemperatureSensors_t, nvmlTemperatureThresholds_t,
};

use crate::call::export;
use crate::code::{ARGUMENT_VERSION_MISMATCH, INVALID_ARGUMENT, NOT_SUPPORTED};
use crate::memory::{read_in, write_out};

const MARGIN_V1: u32 = size_of::<nvmlMarginTemperature_t>() as u32 | 1 << 24;

export! {
    unsafe fn nvmlDeviceGetTemperature(
        call, device: nvmlDevice_t, sensor_type: nvmlTemperatureSensors_t, temp: *mut c_uint,
    ) {
        let target = call.gpu(device)?;
        if sensor_type != 0 {
            return Err(INVALID_ARGUMENT);
        }
        write_out(temp, target.gpu.temperature.gpu)
    }

    unsafe fn nvmlDeviceGetTemperatureThreshold(
        call, device: nvmlDevice_t, threshold_type: nvmlTemperatureThresholds_t, temp: *mut c_uint,
    ) {
        let target = call.gpu(device)?;
        let temperature = &target.gpu.temperature;
        write_out(temp, match threshold_type {
            0 => temperature.shutdown,
            1 => temperature.slowdown,
            2 => temperature.memory_max,
            3 => temperature.gpu_max,
            4..=7 => return Err(NOT_SUPPORTED),
            _ => return Err(INVALID_ARGUMENT),
        })
    }

    unsafe fn nvmlDeviceGetMarginTemperature(
        call, device: nvmlDevice_t, margin_temp_info: *mut nvmlMarginTemperature_t,
    ) {
        let target = call.gpu(device)?;
        if read_in(margin_temp_info.cast::<u32>())? != MARGIN_V1 {
            return Err(ARGUMENT_VERSION_MISMATCH);
        }
        let margin = target.gpu.temperature.margin;
        write_out(margin_temp_info, nvmlMarginTemperature_t { version: MARGIN_V1, marginTemperature: margin })
    }

    unsafe fn nvmlDeviceGetNumFans(call, device: nvmlDevice_t, num_fans: *mut c_uint) {
        write_out(num_fans, call.gpu(device)?.gpu.fans.len() as c_uint)
    }

    unsafe fn nvmlDeviceGetFanSpeed_v2(call, device: nvmlDevice_t, fan: c_uint, speed: *mut c_uint) {
        let target = call.gpu(device)?;
        let fans = &target.gpu.fans;
        if target.gpu.refused_fans.contains(&fan) {
            return Err(NOT_SUPPORTED);
        }
        let without = if fans.is_empty() { NOT_SUPPORTED } else { INVALID_ARGUMENT };
        write_out(speed, *fans.get(fan as usize).ok_or(without)?)
    }
}
