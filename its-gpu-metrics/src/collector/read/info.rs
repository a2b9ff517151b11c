//! Who a GPU is.

use nvml_wrapper::enums::device::DeviceArchitecture;

use super::{Fixed, of_one};
use crate::nvml::{Call, Probe};
use crate::snapshot::{Fan, Info};

pub(in crate::collector) fn info(probe: &mut Probe<'_>, uuid: String, index: u32) -> Info {
    let text = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    Info {
        uuid,
        index,
        minor: probe.ask(Call::MinorNumber, |device| device.minor_number()),
        name: probe.ask(Call::Name, |device| device.name()).and_then(text),
        serial: probe.ask(Call::Serial, |device| device.serial()).and_then(text),
        pci_bus_id: probe.ask(Call::PciInfo, |device| device.pci_info()).and_then(|pci| text(pci.bus_id)),
        architecture: probe.ask(Call::Architecture, |device| device.architecture()).and_then(architecture),
        vbios: probe.ask(Call::Vbios, |device| device.vbios_version()).and_then(text),
    }
}

fn architecture(architecture: DeviceArchitecture) -> Option<&'static str> {
    Some(match architecture {
        DeviceArchitecture::Kepler => "kepler",
        DeviceArchitecture::Maxwell => "maxwell",
        DeviceArchitecture::Pascal => "pascal",
        DeviceArchitecture::Volta => "volta",
        DeviceArchitecture::Turing => "turing",
        DeviceArchitecture::Ampere => "ampere",
        DeviceArchitecture::Ada => "ada",
        DeviceArchitecture::Hopper => "hopper",
        DeviceArchitecture::Blackwell => "blackwell",
        DeviceArchitecture::Unknown => return None,
    })
}

/// The fans' intended speeds.
pub(in crate::collector) fn fans(probe: &mut Probe<'_>, fixed: &Fixed) -> Vec<Fan> {
    let speed = |fan| {
        let percent = probe.ask(Call::FanSpeed, |device| of_one(device.fan_speed(fan)))??;
        Some(Fan { fan, speed: f64::from(percent) / 100.0 })
    };
    (0..fixed.fans).filter_map(speed).collect()
}
