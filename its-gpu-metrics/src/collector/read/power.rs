//! Power and energy.

use super::plausible;
use crate::nvml::{Call, Probe};
use crate::snapshot::Power;

/// Milliwatts that no GPU draws: 100 kW.
const MOST: u32 = 100_000_000;

/// Joules that no GPU has used: 1 kW for a thousand years.
const MOST_ENERGY: f64 = 3.2e13;

pub(in crate::collector) fn power(probe: &mut Probe<'_>) -> Power {
    let usage = probe.ask(Call::PowerUsage, |device| device.power_usage());
    let limit = probe.ask(Call::PowerLimit, |device| device.enforced_power_limit());
    let energy = probe.ask(Call::Energy, |device| device.total_energy_consumption());
    let watts = |call, milliwatts: Option<u32>| {
        let milliwatts = plausible(probe, call, milliwatts?, |milliwatts| *milliwatts < MOST)?;
        Some(f64::from(milliwatts) / 1e3)
    };
    Power {
        usage: watts(Call::PowerUsage, usage),
        limit: watts(Call::PowerLimit, limit),
        energy: energy.and_then(|millijoules| {
            plausible(probe, Call::Energy, millijoules as f64 / 1e3, |joules| *joules < MOST_ENERGY)
        }),
    }
}
