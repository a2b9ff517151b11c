//! The functions of a GPU, by theme.

mod clocks;
mod ecc;
mod fields;
mod identity;
mod lookup;
mod memory;
mod mig;
mod nvlink;
mod pcie;
mod power;
mod processes;
mod temperature;
mod utilization;

use nvml_wrapper_sys::bindings::nvmlEnableState_t;

/// `NVML_FEATURE_ENABLED` or `NVML_FEATURE_DISABLED`.
fn enabled(enabled: bool) -> nvmlEnableState_t {
    enabled.into()
}
