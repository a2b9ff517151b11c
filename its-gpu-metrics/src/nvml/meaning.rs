//! What NVML's errors mean for a collector.

use nvml_wrapper::error::NvmlError;

use crate::snapshot::Unavailable;

/// What follows from an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The GPU or the library does not have it: not asked again.
    Unsupported,
    /// Nothing there at this time; no failure.
    Nothing,
    /// The GPU is gone.
    Lost,
    /// The GPU needs a reset.
    ResetRequired,
    /// It did not answer in time, and other calls would wait as long: not asked further in this cycle.
    TimedOut,
    /// NVML must be initialised again.
    Ended(Unavailable),
    /// This call failed, this time.
    Failed,
}

/// Codes that nvml-wrapper has no variant for.
const ARGUMENT_VERSION_MISMATCH: u32 = 25;
const DEPRECATED: u32 = 26;
const NOT_READY: u32 = 27;
const GPU_NOT_FOUND: u32 = 28;

pub(crate) fn meaning(error: &NvmlError) -> Meaning {
    use NvmlError::*;
    match error {
        NotSupported
        | FunctionNotFound
        | FailedToLoadSymbol(_)
        | NoPermission
        | InvalidArg
        | VgpuEccNotSupported
        | UnexpectedVariant(ARGUMENT_VERSION_MISMATCH | DEPRECATED) => Meaning::Unsupported,
        NotFound | NoData => Meaning::Nothing,
        GpuLost | UnexpectedVariant(GPU_NOT_FOUND) => Meaning::Lost,
        ResetRequired => Meaning::ResetRequired,
        Timeout => Meaning::TimedOut,
        Uninitialized => Meaning::Ended(Unavailable::Failed),
        DriverNotLoaded => Meaning::Ended(Unavailable::DriverNotLoaded),
        LibRmVersionMismatch => Meaning::Ended(Unavailable::VersionMismatch),
        _ => Meaning::Failed,
    }
}

/// Why NVML could not be initialised.
pub(super) fn unavailable(error: &NvmlError) -> Unavailable {
    match error {
        NvmlError::LibloadingError(_) | NvmlError::LibraryNotFound => Unavailable::LibraryNotFound,
        NvmlError::FailedToLoadSymbol(_) | NvmlError::FunctionNotFound => Unavailable::LibraryTooOld,
        NvmlError::NoPermission => Unavailable::NoPermission,
        error => match meaning(error) {
            Meaning::Ended(why) => why,
            _ => Unavailable::Failed,
        },
    }
}

/// NVML's name of the error with what else there is to say, for people.
pub(crate) fn described(error: &NvmlError) -> String {
    match error {
        // nvml-wrapper says that loading failed, the loader why.
        NvmlError::LibloadingError(loader) => loader.to_string(),
        error => format!("{} ({error})", code(error)),
    }
}

/// NVML's name of the error, as a label.
pub(crate) fn code(error: &NvmlError) -> &'static str {
    use NvmlError::*;
    match error {
        Uninitialized => "uninitialized",
        InvalidArg => "invalid_argument",
        NotSupported => "not_supported",
        NoPermission => "no_permission",
        NotFound => "not_found",
        InsufficientSize(_) => "insufficient_size",
        InsufficientPower => "insufficient_power",
        DriverNotLoaded => "driver_not_loaded",
        Timeout => "timeout",
        IrqIssue => "irq_issue",
        LibraryNotFound | LibloadingError(_) => "library_not_found",
        FunctionNotFound | FailedToLoadSymbol(_) => "function_not_found",
        CorruptedInfoROM => "corrupted_inforom",
        GpuLost => "gpu_is_lost",
        ResetRequired => "reset_required",
        OperatingSystem => "operating_system",
        LibRmVersionMismatch => "lib_rm_version_mismatch",
        InUse => "in_use",
        InsufficientMemory => "memory",
        NoData => "no_data",
        VgpuEccNotSupported => "vgpu_ecc_not_supported",
        UnexpectedVariant(23) => "insufficient_resources",
        UnexpectedVariant(24) => "freq_not_supported",
        UnexpectedVariant(ARGUMENT_VERSION_MISMATCH) => "argument_version_mismatch",
        UnexpectedVariant(DEPRECATED) => "deprecated",
        UnexpectedVariant(NOT_READY) => "not_ready",
        UnexpectedVariant(GPU_NOT_FOUND) => "gpu_not_found",
        UnexpectedVariant(29) => "invalid_state",
        UnexpectedVariant(30) => "reset_type_not_supported",
        Utf8Error(_) | NulError(_) | StringTooLong { .. } => "invalid_string",
        _ => "unknown",
    }
}
