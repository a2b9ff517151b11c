//! From a library to an initialised NVML.

use std::ffi::OsStr;
use std::sync::Arc;
use std::time::Instant;

use nvml_wrapper::Nvml;

use super::{Call, Calls, code, meaning::unavailable};
use crate::snapshot::{Driver, Unavailable};

/// Loads the library and initialises it. It may take seconds where the driver is not kept loaded.
pub(crate) fn open(library: &OsStr, calls: &Calls) -> Result<(Arc<Nvml>, Driver), Unavailable> {
    let start = Instant::now();
    let nvml = Nvml::builder().lib_path(library).init();
    calls.took(Call::Init, start.elapsed());
    let nvml = nvml.map_err(|error| {
        calls.failed(Call::Init, code(&error));
        unavailable(&error)
    })?;
    if nvml.lib().nvmlShutdown.is_err() {
        // Dropped, it would panic for want of that function.
        std::mem::forget(nvml);
        return Err(Unavailable::LibraryTooOld);
    }
    let cuda = nvml.sys_cuda_driver_version().ok();
    let driver = Driver {
        version: nvml.sys_driver_version().ok(),
        nvml_version: nvml.sys_nvml_version().ok(),
        cuda_version: cuda.map(|version| format!("{}.{}", version / 1000, version % 1000 / 10)),
    };
    Ok((Arc::new(nvml), driver))
}
