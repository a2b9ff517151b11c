//! What is asked until it is told, once in each generation.

use nvml_wrapper::enum_wrappers::device::{Clock as Wrapped, TemperatureThreshold};

use super::plausible;
use crate::nvml::{Call, Probe};
use crate::snapshot::{Clock, ClockDomain, Temperature};

/// Readings that do not change while a GPU is there. The outer `None` is what has not been told: a call that failed is
/// made again, one that the GPU does not support is not.
#[derive(Clone, Debug, Default)]
pub(in crate::collector) struct Fixed {
    thresholds: [Option<Option<f64>>; THRESHOLDS.len()],
    clocks_max: [Option<Option<f64>>; DOMAINS.len()],
    pub(super) pcie_generation_max: Option<u32>,
    pub(super) pcie_width_max: Option<u32>,
    fans: Option<u32>,
    gpm: Option<bool>,
}

const THRESHOLDS: [(Call, TemperatureThreshold); 4] = [
    (Call::ThresholdSlowdown, TemperatureThreshold::Slowdown),
    (Call::ThresholdShutdown, TemperatureThreshold::Shutdown),
    (Call::ThresholdGpuMax, TemperatureThreshold::GpuMax),
    (Call::ThresholdMemoryMax, TemperatureThreshold::MemoryMax),
];

const DOMAINS: [(ClockDomain, Wrapped, Call, Call); 4] = [
    (ClockDomain::Graphics, Wrapped::Graphics, Call::ClockGraphics, Call::ClockMaxGraphics),
    (ClockDomain::Sm, Wrapped::SM, Call::ClockSm, Call::ClockMaxSm),
    (ClockDomain::Memory, Wrapped::Memory, Call::ClockMemory, Call::ClockMaxMemory),
    (ClockDomain::Video, Wrapped::Video, Call::ClockVideo, Call::ClockMaxVideo),
];

impl Fixed {
    /// Asks for what has not been told.
    pub(in crate::collector) fn complete(&mut self, probe: &mut Probe<'_>) {
        for ((call, threshold), known) in THRESHOLDS.into_iter().zip(&mut self.thresholds) {
            once(known, || {
                let celsius = probe.ask(call, |device| device.temperature_threshold(threshold))?;
                Some(plausible(probe, call, f64::from(celsius), |celsius| *celsius > 0.0 && *celsius < 250.0))
            });
        }
        for ((_, domain, _, call), known) in DOMAINS.into_iter().zip(&mut self.clocks_max) {
            once(known, || {
                let megahertz = probe.ask(call, |device| device.max_clock_info(domain))?;
                Some(hertz(probe, call, Some(megahertz)))
            });
        }
        once(&mut self.pcie_generation_max, || {
            probe.ask(Call::PcieGenerationMax, |device| device.max_pcie_link_gen())
        });
        once(&mut self.pcie_width_max, || {
            probe.ask(Call::PcieWidthMax, |device| device.max_pcie_link_width())
        });
        once(&mut self.fans, || probe.ask(Call::Fans, |device| device.num_fans()));
        once(&mut self.gpm, || probe.ask(Call::GpmSupport, |device| device.gpm_support()));
    }

    /// Whether the GPU has GPM metrics.
    pub(in crate::collector) fn has_gpm(&self) -> bool {
        self.gpm == Some(true)
    }

    pub(super) fn fans(&self) -> u32 {
        self.fans.unwrap_or(0).min(32)
    }

    /// The thresholds, beside no reading.
    pub(super) fn thresholds(&self) -> Temperature {
        let [slowdown, shutdown, gpu_max, memory_max] = self.thresholds.map(Option::flatten);
        Temperature { slowdown, shutdown, gpu_max, memory_max, ..Temperature::default() }
    }

    /// The clocks of this time beside the highest.
    pub(in crate::collector) fn clocks(&self, probe: &mut Probe<'_>) -> Vec<Clock> {
        let clocks = DOMAINS.into_iter().zip(self.clocks_max.map(Option::flatten)).map(
            |((domain, wrapped, call, _), max)| {
                let megahertz = probe.ask(call, |device| device.clock_info(wrapped));
                Clock { domain, current: hertz(probe, call, megahertz), max }
            },
        );
        clocks.filter(|clock| clock.current.is_some() || clock.max.is_some()).collect()
    }
}

fn once<T>(known: &mut Option<T>, ask: impl FnOnce() -> Option<T>) {
    if known.is_none() {
        *known = ask();
    }
}

fn hertz(probe: &Probe<'_>, call: Call, megahertz: Option<u32>) -> Option<f64> {
    let megahertz = plausible(probe, call, megahertz?, |megahertz| *megahertz < 100_000)?;
    Some(f64::from(megahertz) * 1e6)
}
