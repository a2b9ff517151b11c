//! From calls to readings.

mod clocks;
mod ecc;
mod fixed;
mod gpm;
mod info;
mod memory;
mod mig;
mod nvlink;
mod pcie;
mod power;
mod processes;
mod rows;
mod temperature;
mod utilization;

pub(super) use clocks::throttle_bits;
pub(super) use ecc::ecc;
pub(super) use fixed::Fixed;
pub(super) use gpm::{Gpm, gpm};
pub(super) use info::{fans, info};
pub(super) use memory::memory;
pub(super) use mig::{Parts, instances, is_cut};
pub(super) use nvlink::{nvlink_bytes, nvlinks};
pub(super) use pcie::{link, throughput};
pub(super) use power::power;
pub(super) use processes::processes;
pub(super) use rows::rows;
pub(super) use temperature::temperature;
pub(super) use utilization::utilization;

use nvml_wrapper::enum_wrappers::device::PerformanceState;
use nvml_wrapper::error::NvmlError;

use crate::nvml::{Call, Probe};

/// A value that the driver uses for "unknown", or that no GPU can have.
fn plausible<T>(probe: &Probe<'_>, call: Call, value: T, holds: impl FnOnce(&T) -> bool) -> Option<T> {
    if holds(&value) {
        return Some(value);
    }
    probe.implausible(call);
    None
}

/// Of a call that is made for one of several things, a link or a part: that this one is refused says nothing of the
/// others, whereas a missing function does.
fn of_one<T>(answer: Result<T, NvmlError>) -> Result<Option<T>, NvmlError> {
    use NvmlError::{InvalidArg, NoPermission, NotSupported};
    match answer {
        Err(InvalidArg | NoPermission | NotSupported) => Ok(None),
        answer => answer.map(Some),
    }
}

/// Percent as a share of 1.
fn ratio(probe: &Probe<'_>, call: Call, percent: u32) -> Option<f64> {
    plausible(probe, call, percent, |percent| *percent <= 100).map(|percent| f64::from(percent) / 100.0)
}

/// From 0, the fastest, to 15.
pub(super) fn performance_state(probe: &mut Probe<'_>) -> Option<u32> {
    let state = probe.ask(Call::PerformanceState, |device| device.performance_state())?;
    (state != PerformanceState::Unknown).then(|| state.as_c())
}
