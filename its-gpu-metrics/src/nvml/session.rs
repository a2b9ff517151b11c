//! From a library to an initialised NVML.

use std::ffi::OsStr;
use std::sync::Arc;
use std::time::Instant;

use nvml_wrapper::Nvml;
use nvml_wrapper::error::NvmlError;

use super::{Call, Calls, code, described, meaning::unavailable};
use crate::snapshot::{Driver, Unavailable};

/// Why there is no session, or no longer one.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) why: Unavailable,
    /// What the loader or NVML said; for the log.
    pub(crate) detail: String,
}

impl From<Unavailable> for Failure {
    fn from(why: Unavailable) -> Self {
        Self { why, detail: String::new() }
    }
}

/// Loads the library and initialises it. It may take seconds where the driver is not kept loaded.
pub(crate) fn open(library: &OsStr, calls: &Calls) -> Result<(Arc<Nvml>, Driver), Failure> {
    let start = Instant::now();
    let nvml = Nvml::builder().lib_path(library).init();
    calls.took(Call::Init, start.elapsed());
    let nvml = nvml.map_err(|error| {
        calls.failed(Call::Init, code(&error));
        Failure { why: unavailable(&error), detail: format!("{}: {}", library.display(), described(&error)) }
    })?;
    if nvml.lib().nvmlShutdown.is_err() {
        // Dropped, it would panic for want of that function.
        std::mem::forget(nvml);
        let detail = format!("{}: no nvmlShutdown", library.display());
        return Err(Failure { why: Unavailable::LibraryTooOld, detail });
    }
    let timed = |call, ask: &dyn Fn() -> Result<String, NvmlError>| {
        let start = Instant::now();
        let text = ask();
        calls.took(call, start.elapsed());
        text.ok()
    };
    let start = Instant::now();
    let cuda = nvml.sys_cuda_driver_version().ok();
    calls.took(Call::CudaVersion, start.elapsed());
    let driver = Driver {
        version: timed(Call::DriverVersion, &|| nvml.sys_driver_version()),
        nvml_version: timed(Call::NvmlVersion, &|| nvml.sys_nvml_version()),
        cuda_version: cuda.map(|version| format!("{}.{}", version / 1000, version % 1000 / 10)),
    };
    Ok((Arc::new(nvml), driver))
}

#[cfg(test)]
mod tests {
    use its_test_support::NvmlStub;
    use serde_json::json;

    use super::*;

    fn refused(library: &OsStr) -> Failure {
        open(library, &Calls::default()).expect_err("no session")
    }

    #[test]
    fn a_failure_says_what_the_loader_or_nvml_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = folder.path().join("libnvidia-ml.so.1");
        let missing = refused(library.as_os_str());
        assert_eq!(missing.why, Unavailable::LibraryNotFound);
        assert!(missing.detail.contains("cannot open shared object file"), "{}", missing.detail);
        assert!(missing.detail.starts_with(&*library.to_string_lossy()), "{}", missing.detail);
        let stub = NvmlStub::start(&json!({ "init": 18 }));
        let other = refused(stub.path().as_os_str());
        assert_eq!(other.why, Unavailable::VersionMismatch);
        assert!(other.detail.contains("lib_rm_version_mismatch"), "{}", other.detail);
    }

    #[test]
    fn what_the_driver_says_of_itself_is_timed() {
        let (stub, calls) = (NvmlStub::start(&json!({})), Calls::default());
        open(stub.path().as_os_str(), &calls).expect("a session");
        let made: Vec<_> = calls.read().into_iter().map(|call| call.call).collect();
        let versions =
            ["nvmlSystemGetDriverVersion", "nvmlSystemGetNVMLVersion", "nvmlSystemGetCudaDriverVersion_v2"];
        assert!(versions.iter().all(|call| made.contains(call)), "{made:?}");
    }
}
