//! GPM metrics, from two samples.

use std::sync::Arc;

use nvml_wrapper::Nvml;

use super::of_one;
use crate::nvml::{Call, GpmSample, Probe};

/// How NVML's number becomes ours.
#[derive(Clone, Copy)]
enum Unit {
    Percent,
    /// Mebibytes a second.
    Throughput,
}

/// NVML's id, our name, its unit.
const METRICS: [(u32, &str, Unit); 17] = [
    (1, "graphics", Unit::Percent),
    (2, "sm", Unit::Percent),
    (3, "sm_occupancy", Unit::Percent),
    (4, "integer", Unit::Percent),
    (5, "any_tensor", Unit::Percent),
    (6, "dfma_tensor", Unit::Percent),
    (7, "hmma_tensor", Unit::Percent),
    (9, "imma_tensor", Unit::Percent),
    (10, "dram_bandwidth", Unit::Percent),
    (11, "fp64", Unit::Percent),
    (12, "fp32", Unit::Percent),
    (13, "fp16", Unit::Percent),
    (20, "pcie_transmitted_bytes_per_second", Unit::Throughput),
    (21, "pcie_received_bytes_per_second", Unit::Throughput),
    (30, "decoder0", Unit::Percent),
    (60, "nvlink_received_bytes_per_second", Unit::Throughput),
    (61, "nvlink_transmitted_bytes_per_second", Unit::Throughput),
];

/// The sample before, of a GPU or of a part of one.
#[derive(Debug, Default)]
pub(in crate::collector) struct Gpm(Option<GpmSample>);

/// Takes a sample of a GPU that has GPM and compares it with the one before. `None` when it cannot be sampled.
pub(in crate::collector) fn gpm(
    probe: &mut Probe<'_>,
    nvml: &Arc<Nvml>,
    gpu_instance: Option<u32>,
    before: &mut Gpm,
) -> Option<Vec<(&'static str, f64)>> {
    let call = if gpu_instance.is_some() { Call::GpmMigSample } else { Call::GpmSample };
    let sample = probe.ask(call, |device| {
        let sample = GpmSample::take(nvml, device, gpu_instance);
        if gpu_instance.is_some() { of_one(sample) } else { sample.map(Some) }
    });
    let Some(sample) = sample.flatten() else {
        before.0 = None;
        return probe.may(call).then(Vec::new);
    };
    let values = before.0.as_ref().and_then(|before| {
        probe.ask(Call::GpmMetrics, |_| before.metrics(&sample, &METRICS.map(|(id, _, _)| id)))
    });
    before.0 = Some(sample);
    let named = METRICS.into_iter().zip(values.unwrap_or_default());
    Some(named.filter_map(|((_, name, unit), value)| Some((name, in_base_units(unit, value?)?))).collect())
}

fn in_base_units(unit: Unit, value: f64) -> Option<f64> {
    match unit {
        Unit::Percent => (0.0..=100.0).contains(&value).then_some(value / 100.0),
        Unit::Throughput => (value.is_finite() && value >= 0.0).then_some(value * 1024.0 * 1024.0),
    }
}
