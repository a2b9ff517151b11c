//! Which GPUs there are, and how they are.

use super::catalogue::{CAPABILITY, GENERATION, INFO, LOSSES, STATE, STATUS};
use super::rows::{known, number};
use super::{Families, Rows};
use crate::snapshot::{Driver, Gpu, State};

pub(super) fn write<'a>(into: &mut Families<'a>, driver: Option<&'a Driver>) {
    into.each(&INFO, |gpu, rows| info(gpu, driver, rows));
    into.each(&STATE, |gpu, rows| {
        if !is_known(gpu) {
            return;
        }
        rows.flags("state", State::ALL.map(|state| (state, state.as_str())), |state| state == gpu.state);
    });
    into.each(&STATUS, |gpu, rows| {
        if let Some(status) = status(gpu) {
            rows.flags("hw_state", STATUSES.map(|name| (name, name)), |name| name == status);
        }
    });
    into.each(&GENERATION, |gpu, rows| rows.add([], gpu.generation));
    into.each(&LOSSES, |gpu, rows| rows.add([], gpu.totals.losses));
    into.each(&CAPABILITY, |gpu, rows| {
        for (call, supported) in gpu.capabilities.iter() {
            let supported = if *supported { "true" } else { "false" };
            rows.add([("call", (*call).into()), ("supported", supported.into())], true);
        }
    });
}

fn info<'a>(gpu: &'a Gpu, driver: Option<&'a Driver>, rows: &mut Rows<'_, 'a>) {
    let info = &*gpu.info;
    let of_driver =
        |field: fn(&Driver) -> &Option<String>| driver.and_then(|driver| field(driver).as_deref());
    let labels = known("hw_model", info.name.as_deref())
        .chain(known("hw_vendor", Some("NVIDIA")))
        .chain(known("hw_serial_number", info.serial.as_deref()))
        .chain(known("hw_firmware_version", info.vbios.as_deref()))
        .chain(known("hw_driver_version", of_driver(|driver| &driver.version)))
        .chain([("index", number(info.index))])
        .chain(info.minor.map(|minor| ("minor", number(minor))))
        .chain(known("pci_bus_id", info.pci_bus_id.as_deref()))
        .chain(known("architecture", info.architecture))
        .chain(known("nvml_version", of_driver(|driver| &driver.nvml_version)))
        .chain(known("cuda_version", of_driver(|driver| &driver.cuda_version)));
    rows.add(labels, true);
}

/// The values of `hw.state` in OpenTelemetry's conventions.
const STATUSES: [&str; 4] = ["ok", "degraded", "failed", "predicted_failure"];

/// Whether it is known how the GPU is: one that answered when it was read last may not do so now.
fn is_known(gpu: &Gpu) -> bool {
    gpu.state != State::Ok || gpu.readings.is_some()
}

/// How the GPU is in OpenTelemetry's words.
fn status(gpu: &Gpu) -> Option<&'static str> {
    if !is_known(gpu) {
        return None;
    }
    let rows = gpu.readings.as_ref().map(|readings| readings.rows);
    Some(match gpu.state {
        // Memory that can no longer be repaired.
        State::Ok if rows.is_some_and(|rows| rows.remap_failed == Some(true)) => "predicted_failure",
        // It needs a reset to be whole again.
        State::Ok
            if rows.is_some_and(|r| r.remap_pending == Some(true) || r.retirement_pending == Some(true)) =>
        {
            "degraded"
        }
        State::Ok => "ok",
        State::Recovering => "degraded",
        State::Lost | State::ResetRequired => "failed",
        State::Unsupported => return None,
    })
}
