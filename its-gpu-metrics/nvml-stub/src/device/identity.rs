//! Who the GPU is.

use std::ffi::{c_char, c_uint};

use nvml_wrapper_sys::bindings::{nvmlDevice_t, nvmlDeviceArchitecture_t, nvmlPciInfo_t};

use crate::call::export;
use crate::code::UNKNOWN;
use crate::memory::{write_out, write_text};
use crate::scenario::Gpu;

export! {
    unsafe fn nvmlDeviceGetUUID(call, device: nvmlDevice_t, uuid: *mut c_char, length: c_uint) {
        let target = call.target(device)?;
        write_text(uuid, length, target.instance().map_or(&target.gpu.uuid, |instance| &instance.uuid))
    }

    unsafe fn nvmlDeviceGetName(call, device: nvmlDevice_t, name: *mut c_char, length: c_uint) {
        let target = call.target(device)?;
        match target.instance() {
            None => write_text(name, length, &target.gpu.name),
            Some(instance) => {
                write_text(name, length, &format!("{} MIG {}", target.gpu.name, instance.profile))
            }
        }
    }

    unsafe fn nvmlDeviceGetIndex(call, device: nvmlDevice_t, index: *mut c_uint) {
        let target = call.target(device)?;
        write_out(index, target.mig.unwrap_or(target.index) as c_uint)
    }

    unsafe fn nvmlDeviceGetMinorNumber(call, device: nvmlDevice_t, minor_number: *mut c_uint) {
        write_out(minor_number, call.gpu(device)?.gpu.minor)
    }

    unsafe fn nvmlDeviceGetPciInfo_v3(call, device: nvmlDevice_t, pci: *mut nvmlPciInfo_t) {
        write_out(pci, pci_info(&call.gpu(device)?.gpu).ok_or(UNKNOWN)?)
    }

    unsafe fn nvmlDeviceGetSerial(call, device: nvmlDevice_t, serial: *mut c_char, length: c_uint) {
        write_text(serial, length, &call.gpu(device)?.gpu.serial)
    }

    unsafe fn nvmlDeviceGetVbiosVersion(call, device: nvmlDevice_t, version: *mut c_char, length: c_uint) {
        write_text(version, length, &call.gpu(device)?.gpu.vbios)
    }

    unsafe fn nvmlDeviceGetArchitecture(call, device: nvmlDevice_t, arch: *mut nvmlDeviceArchitecture_t) {
        write_out(arch, call.gpu(device)?.gpu.architecture)
    }
}

/// From `00000000:1B:00.0`; the legacy form has a domain of four digits.
fn pci_info(gpu: &Gpu) -> Option<nvmlPciInfo_t> {
    let (domain, rest) = gpu.pci_bus_id.split_once(':')?;
    let (bus, rest) = rest.split_once(':')?;
    let device = rest.split_once('.').map_or(rest, |(device, _)| device);
    Some(nvmlPciInfo_t {
        busIdLegacy: characters(gpu.pci_bus_id.get(domain.len().saturating_sub(4)..)?),
        domain: u32::from_str_radix(domain, 16).ok()?,
        bus: u32::from_str_radix(bus, 16).ok()?,
        device: u32::from_str_radix(device, 16).ok()?,
        pciDeviceId: gpu.pci_device_id,
        pciSubSystemId: 0x16c1_10de,
        busId: characters(&gpu.pci_bus_id),
    })
}

/// A text in a fixed field, cut so that a zero ends it.
fn characters<const N: usize>(text: &str) -> [c_char; N] {
    let mut characters = [0; N];
    for (character, byte) in characters.iter_mut().zip(text.bytes()).take(N - 1) {
        *character = byte as c_char;
    }
    characters
}
