//! The PCI Express bus.

use nvml_wrapper::enum_wrappers::device::PcieUtilCounter;

use super::Fixed;
use crate::nvml::{Call, Probe};
use crate::snapshot::Pcie;

/// What is quick to ask.
pub(in crate::collector) fn link(probe: &mut Probe<'_>, fixed: &Fixed) -> Pcie {
    Pcie {
        replays: probe.ask(Call::PcieReplays, |device| device.pcie_replay_counter()).map(u64::from),
        generation: probe.ask(Call::PcieGeneration, |device| device.current_pcie_link_gen()),
        generation_max: fixed.pcie_generation_max,
        width: probe.ask(Call::PcieWidth, |device| device.current_pcie_link_width()),
        width_max: fixed.pcie_width_max,
        ..Pcie::default()
    }
}

/// Bytes a second, sent and received: the driver counts for 20 ms each.
pub(in crate::collector) fn throughput(probe: &mut Probe<'_>) -> (Option<f64>, Option<f64>) {
    let mut read = |call, counter| {
        let kilobytes = probe.ask(call, |device| device.pcie_throughput(counter))?;
        Some(f64::from(kilobytes) * 1e3)
    };
    (read(Call::PcieTransmitted, PcieUtilCounter::Send), read(Call::PcieReceived, PcieUtilCounter::Receive))
}
