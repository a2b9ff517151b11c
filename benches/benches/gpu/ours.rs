//! This project.

use std::hint::black_box;
use std::time::Duration;

use its_benches::Case;
use its_telemetry::Telemetry;
use its_telemetry::gpu::snapshot::Unavailable;
use its_telemetry::gpu::{GpuCollector, GpuMetrics, Snapshot};
use its_test_support::{NvmlStub, wait_until};
use serde_json::json;

use crate::{CYCLES, INTERVAL, machine, on_processor};

const PATIENCE: Duration = Duration::from_secs(60);

fn collector(stub: &NvmlStub, settings: impl FnOnce(GpuMetrics) -> GpuMetrics) -> GpuCollector {
    let collector = GpuCollector::start(settings(GpuMetrics::default().library(stub.path())));
    wait_for(&collector, |snapshot| snapshot.gpus.len() == 16 && snapshot.collector.cycles > 3);
    collector
}

fn wait_for(collector: &GpuCollector, holds: impl Fn(&Snapshot) -> bool) {
    wait_until(
        PATIENCE,
        "snapshot",
        || if holds(&collector.snapshot()) { Ok(()) } else { Err(String::new()) },
    );
}

/// What the collector's thread spends on the processor for one cycle of fast readings.
pub(crate) fn cycle(case: &Case) {
    cycles(case, |settings| settings.gpm(false));
}

/// With GPM samples.
pub(crate) fn cycle_with_gpm(case: &Case) {
    cycles(case, |settings| settings);
}

fn cycles(case: &Case, settings: impl FnOnce(GpuMetrics) -> GpuMetrics) {
    let stub = machine();
    let collector = collector(&stub, |defaults| settings(defaults.interval(INTERVAL)));
    let at =
        |collector: &GpuCollector| (collector.snapshot().collector.cycles, on_processor("gpu-collector"));
    let (first, before) = at(&collector);
    wait_for(&collector, |snapshot| snapshot.collector.cycles >= first + CYCLES);
    let (last, after) = at(&collector);
    case.report("ns", (after - before) as f64 / (last - first) as f64);
}

/// A page of 16 GPUs, as Prometheus gets it.
pub(crate) fn scrape(case: &Case) {
    let stub = machine();
    let telemetry = telemetry(&stub);
    case.work(|| {
        black_box(telemetry.render(None));
    });
}

/// The same while a call to the driver does not return.
pub(crate) fn scrape_while_a_call_hangs(case: &Case) {
    let stub = machine();
    let telemetry = telemetry(&stub);
    stub.patch(&json!({ "gpus": { "7": { "hang": { "nvmlDeviceGetPowerUsage": 600_000 } } } }));
    wait_until(PATIENCE, "stall", || match telemetry.gpus().and_then(|gpus| gpus.collector.unavailable) {
        Some(Unavailable::Stalled) => Ok(()),
        other => Err(format!("{other:?}")),
    });
    case.work(|| {
        black_box(telemetry.render(None));
    });
}

fn telemetry(stub: &NvmlStub) -> Telemetry {
    let settings = GpuMetrics::default().library(stub.path()).deadline(Duration::from_millis(200));
    let telemetry = Telemetry::builder("bench").ignore_environment().gpu(settings).build();
    let telemetry = telemetry.expect("telemetry");
    wait_until(PATIENCE, "all GPUs", || match telemetry.gpus().map_or(0, |gpus| gpus.gpus.len()) {
        16 => Ok(()),
        other => Err(other.to_string()),
    });
    telemetry
}

/// Getting hold of the readings.
pub(crate) fn snapshot(case: &Case) {
    let stub = machine();
    let collector = collector(&stub, |settings| settings);
    case.work(|| {
        black_box(collector.snapshot());
    });
}
