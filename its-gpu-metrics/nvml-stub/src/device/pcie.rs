//! The bus.

use std::ffi::c_uint;
use std::thread;
use std::time::Duration;

use nvml_wrapper_sys::bindings::{nvmlDevice_t, nvmlPcieUtilCounter_t};

use crate::call::export;
use crate::code::INVALID_ARGUMENT;
use crate::memory::write_out;

/// For how long the driver counts bytes before it answers.
const THROUGHPUT_WINDOW: Duration = Duration::from_millis(20);

export! {
    unsafe fn nvmlDeviceGetPcieThroughput(
        call, device: nvmlDevice_t, counter: nvmlPcieUtilCounter_t, value: *mut c_uint,
    ) {
        let target = call.gpu(device)?;
        let throughput = match counter {
            0 => target.gpu.pcie.tx_kb_s,
            1 => target.gpu.pcie.rx_kb_s,
            _ => return Err(INVALID_ARGUMENT),
        };
        thread::sleep(THROUGHPUT_WINDOW);
        write_out(value, throughput)
    }

    unsafe fn nvmlDeviceGetPcieReplayCounter(call, device: nvmlDevice_t, value: *mut c_uint) {
        write_out(value, call.gpu(device)?.gpu.pcie.replay)
    }

    unsafe fn nvmlDeviceGetCurrPcieLinkGeneration(call, device: nvmlDevice_t, curr_link_gen: *mut c_uint) {
        write_out(curr_link_gen, call.gpu(device)?.gpu.pcie.generation)
    }

    unsafe fn nvmlDeviceGetCurrPcieLinkWidth(call, device: nvmlDevice_t, curr_link_width: *mut c_uint) {
        write_out(curr_link_width, call.gpu(device)?.gpu.pcie.width)
    }

    unsafe fn nvmlDeviceGetMaxPcieLinkGeneration(call, device: nvmlDevice_t, max_link_gen: *mut c_uint) {
        write_out(max_link_gen, call.gpu(device)?.gpu.pcie.max_generation)
    }

    unsafe fn nvmlDeviceGetMaxPcieLinkWidth(call, device: nvmlDevice_t, max_link_width: *mut c_uint) {
        write_out(max_link_width, call.gpu(device)?.gpu.pcie.max_width)
    }
}
