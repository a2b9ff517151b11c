//! What is asked once in each generation.

use nvml_wrapper::enum_wrappers::device::{Clock as Wrapped, TemperatureThreshold};

use super::plausible;
use crate::nvml::{Call, Probe};
use crate::snapshot::{Clock, ClockDomain, Temperature};

/// Readings that do not change while a GPU is there.
#[derive(Clone, Debug, Default)]
pub(in crate::collector) struct Fixed {
    pub(super) thresholds: Temperature,
    clocks_max: [Option<f64>; DOMAINS.len()],
    pub(super) pcie_generation_max: Option<u32>,
    pub(super) pcie_width_max: Option<u32>,
    pub(super) fans: u32,
}

const DOMAINS: [(ClockDomain, Wrapped, Call, Call); 4] = [
    (ClockDomain::Graphics, Wrapped::Graphics, Call::ClockGraphics, Call::ClockMaxGraphics),
    (ClockDomain::Sm, Wrapped::SM, Call::ClockSm, Call::ClockMaxSm),
    (ClockDomain::Memory, Wrapped::Memory, Call::ClockMemory, Call::ClockMaxMemory),
    (ClockDomain::Video, Wrapped::Video, Call::ClockVideo, Call::ClockMaxVideo),
];

pub(in crate::collector) fn fixed(probe: &mut Probe<'_>) -> Fixed {
    let mut threshold = |call, threshold| {
        let celsius = probe.ask(call, |device| device.temperature_threshold(threshold))?;
        plausible(probe, call, f64::from(celsius), |celsius| *celsius > 0.0 && *celsius < 250.0)
    };
    let thresholds = Temperature {
        slowdown: threshold(Call::ThresholdSlowdown, TemperatureThreshold::Slowdown),
        shutdown: threshold(Call::ThresholdShutdown, TemperatureThreshold::Shutdown),
        gpu_max: threshold(Call::ThresholdGpuMax, TemperatureThreshold::GpuMax),
        memory_max: threshold(Call::ThresholdMemoryMax, TemperatureThreshold::MemoryMax),
        ..Temperature::default()
    };
    Fixed {
        thresholds,
        clocks_max: DOMAINS.map(|(_, domain, _, call)| {
            let megahertz = probe.ask(call, |device| device.max_clock_info(domain));
            hertz(probe, call, megahertz)
        }),
        pcie_generation_max: probe.ask(Call::PcieGenerationMax, |device| device.max_pcie_link_gen()),
        pcie_width_max: probe.ask(Call::PcieWidthMax, |device| device.max_pcie_link_width()),
        fans: probe.ask(Call::Fans, |device| device.num_fans()).unwrap_or(0).min(32),
    }
}

impl Fixed {
    /// The clocks of this time beside the highest.
    pub(in crate::collector) fn clocks(&self, probe: &mut Probe<'_>) -> Vec<Clock> {
        let clocks = DOMAINS.into_iter().zip(self.clocks_max).map(|((domain, wrapped, call, _), max)| {
            let megahertz = probe.ask(call, |device| device.clock_info(wrapped));
            Clock { domain, current: hertz(probe, call, megahertz), max }
        });
        clocks.filter(|clock| clock.current.is_some() || clock.max.is_some()).collect()
    }
}

fn hertz(probe: &Probe<'_>, call: Call, megahertz: Option<u32>) -> Option<f64> {
    let megahertz = plausible(probe, call, megahertz?, |megahertz| *megahertz < 100_000)?;
    Some(f64::from(megahertz) * 1e6)
}
