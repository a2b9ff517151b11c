//! Initialisation and what belongs to no GPU.

use std::ffi::{CStr, c_char, c_int, c_uint};

use nvml_wrapper_sys::bindings::nvmlReturn_t;

use crate::call::{Status, Symbol, export};
use crate::code::NOT_FOUND;
use crate::memory::{write_out, write_text};
use crate::state::SHARED;

export! {
    fn nvmlInit_v2(_call) {
        SHARED.initialize()
    }

    fn nvmlInitWithFlags(_call, _flags: c_uint) {
        SHARED.initialize()
    }

    fn nvmlShutdown(_call) {
        SHARED.shut_down()
    }

    unsafe fn nvmlSystemGetDriverVersion(_call, version: *mut c_char, length: c_uint) {
        write_text(version, length, &SHARED.lock().scenario.driver_version)
    }

    unsafe fn nvmlSystemGetNVMLVersion(_call, version: *mut c_char, length: c_uint) {
        write_text(version, length, &SHARED.lock().scenario.nvml_version)
    }

    unsafe fn nvmlSystemGetCudaDriverVersion_v2(_call, version: *mut c_int) {
        write_out(version, SHARED.lock().scenario.cuda_version)
    }

    unsafe fn nvmlSystemGetProcessName(_call, pid: c_uint, name: *mut c_char, length: c_uint) {
        process_name(pid, |known| write_text(name, length, known))
    }
}

fn process_name(pid: c_uint, use_name: impl FnOnce(&str) -> Status) -> Status {
    let state = SHARED.lock();
    use_name(state.scenario.process_names.get(&pid).ok_or(NOT_FOUND)?)
}

#[unsafe(no_mangle)]
extern "C" fn nvmlErrorString(result: nvmlReturn_t) -> *const c_char {
    const { Symbol::named("nvmlErrorString") }.count();
    text_of(result).as_ptr()
}

fn text_of(code: nvmlReturn_t) -> &'static CStr {
    match code {
        0 => c"Success",
        1 => c"Uninitialized",
        2 => c"Invalid Argument",
        3 => c"Not Supported",
        4 => c"Insufficient Permissions",
        5 => c"Already Initialized",
        6 => c"Not Found",
        7 => c"Insufficient Size",
        8 => c"Insufficient External Power",
        9 => c"Driver Not Loaded",
        10 => c"Timeout",
        11 => c"Interrupt Request Issue",
        12 => c"NVML Shared Library Not Found",
        13 => c"Function Not Found",
        14 => c"Corrupted infoROM",
        15 => c"GPU is lost",
        16 => c"GPU requires reset",
        17 => c"GPU access blocked by the operating system",
        18 => c"Driver/library version mismatch",
        19 => c"In use by another client",
        20 => c"Insufficient Memory",
        21 => c"No data",
        22 => c"Requested operation is not available on target device, vGPU, ECC is enabled",
        23 => c"Ran out of critical resources, other than memory",
        24 => c"Ran out of supported frequencies",
        25 => c"Argument version mismatch",
        26 => c"Requested functionality has been deprecated",
        27 => c"System is not ready for the request",
        28 => c"No GPUs were found",
        29 => c"Resource not in correct state to perform requested operation",
        30 => c"Reset type not supported for given device",
        _ => c"Unknown Error",
    }
}
