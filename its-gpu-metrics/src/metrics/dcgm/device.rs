//! Values of the whole GPU, in DCGM's units.

use super::{Rows, Value, readings};
use crate::snapshot::{ClockDomain, Gpu, MigInstance, Readings};

const MEGA: f64 = 1e6;

/// One value of a GPU that answers.
fn gauge<'a, V: Into<Value<'a>>>(
    gpu: &'a Gpu,
    rows: &mut Rows<'_, 'a>,
    value: impl FnOnce(&'a Readings) -> Option<V>,
) {
    rows.add_if([], readings(gpu).and_then(value));
}

macro_rules! gauges {
    ($($name:ident = |$readings:ident| $value:expr;)*) => {$(
        pub(super) fn $name<'a>(gpu: &'a Gpu, _: Option<&'a MigInstance>, rows: &mut Rows<'_, 'a>) {
            gauge(gpu, rows, |$readings| $value);
        }
    )*};
}

gauges! {
    sm_clock = |now| clock(now, ClockDomain::Sm);
    memory_clock = |now| clock(now, ClockDomain::Memory);
    memory_temperature = |now| now.temperature.memory;
    temperature = |now| now.temperature.gpu;
    power = |now| now.power.usage;
    energy = |now| now.power.energy.map(|joules| (joules * 1e3).round());
    replays = |now| now.pcie.replays;
    utilization = |now| percent(now.utilization.gpu);
    memory_utilization = |now| percent(now.utilization.memory);
    encoder = |now| percent(now.utilization.encoder);
    decoder = |now| percent(now.utilization.decoder);
    reserved = |now| now.memory.reserved.map(mebibytes);
    remapped_uncorrectable = |now| now.rows.remapped_uncorrectable;
    remapped_correctable = |now| now.rows.remapped_correctable;
    remap_failure = |now| now.rows.remap_failed;
    transmitted = |now| gpm(&now.gpm, GPM_TRANSMITTED).or(now.pcie.transmitted_per_second);
    received = |now| gpm(&now.gpm, GPM_RECEIVED).or(now.pcie.received_per_second);
}

const GPM_TRANSMITTED: &str = "pcie_transmitted_bytes_per_second";
const GPM_RECEIVED: &str = "pcie_received_bytes_per_second";

fn clock(now: &Readings, domain: ClockDomain) -> Option<f64> {
    Some(now.clocks.iter().find(|clock| clock.domain == domain)?.current? / MEGA)
}

fn percent(share: Option<f64>) -> Option<f64> {
    // NVML tells whole percents; 0.29 * 100 is not one.
    share.map(|share| (share * 100.0).round())
}

/// DCGM rounds down.
pub(super) fn mebibytes(bytes: u64) -> u64 {
    bytes >> 20
}

pub(super) fn gpm(metrics: &[(&'static str, f64)], name: &str) -> Option<f64> {
    metrics.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}
