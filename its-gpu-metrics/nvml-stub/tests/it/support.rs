//! Opening the stub as the code under test does.

use its_test_support::NvmlStub;
use nvml_wrapper::Nvml;
use nvml_wrapper::error::NvmlError;

/// Initialises NVML from the stub's library.
pub(crate) fn try_open(stub: &NvmlStub) -> Result<Nvml, NvmlError> {
    Nvml::builder().lib_path(stub.path().as_os_str()).init()
}

/// Initialises NVML from the stub's library.
#[track_caller]
pub(crate) fn open(stub: &NvmlStub) -> Nvml {
    try_open(stub).expect("the stub initialises")
}

/// Calls a function through nvml-wrapper's raw symbols.
macro_rules! call {
    ($nvml:expr, $function:ident($($argument:expr),*)) => {
        // SAFETY: the tests pass nulls, which the stub refuses, or pointers to what the function writes.
        unsafe { $nvml.lib().$function.as_ref().expect(stringify!($function))($($argument),*) }
    };
}
pub(crate) use call;
