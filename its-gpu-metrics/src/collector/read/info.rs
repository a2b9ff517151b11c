//! Who a GPU is.

use nvml_wrapper::enums::device::DeviceArchitecture;

use super::{Fixed, of_one};
use crate::nvml::{Call, Probe};
use crate::snapshot::{Fan, Info};

/// Asks who it is: everything when it `is_new`, else what it has not told. What cannot be had stays as it was: the GPU
/// has the same UUID.
pub(in crate::collector) fn info(probe: &mut Probe<'_>, before: &Info, index: u32, is_new: bool) -> Info {
    let text = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    let mut info = Info { index, ..before.clone() };
    macro_rules! ask {
        ($field:ident, $call:ident, $ask:expr, $then:expr) => {
            if is_new || info.$field.is_none() {
                let told = probe.ask(Call::$call, $ask).and_then($then);
                info.$field = told.or(info.$field);
            }
        };
    }
    ask!(minor, MinorNumber, |device| device.minor_number(), Some);
    ask!(name, Name, |device| device.name(), text);
    ask!(serial, Serial, |device| device.serial(), text);
    ask!(pci_bus_id, PciInfo, |device| device.pci_info(), |pci| text(pci.bus_id));
    ask!(architecture, Architecture, |device| device.architecture(), architecture);
    ask!(vbios, Vbios, |device| device.vbios_version(), text);
    info
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
    (0..fixed.fans()).filter_map(speed).collect()
}
