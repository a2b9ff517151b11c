//! What the collector makes of a machine.

mod events;
mod failures;
mod healthy;
mod lost;
mod mig;
mod symbols;
mod wedged;

use std::sync::Arc;
use std::time::Duration;

use its_gpu_metrics::snapshot::{Gpu, State};
use its_gpu_metrics::{GpuCollector, GpuMetrics, Snapshot};
use its_test_support::NvmlStub;
use serde_json::Value;

/// Longer than anything here takes, so that a test fails instead of hanging.
pub(super) const DEADLINE: Duration = Duration::from_secs(60);

/// Settings that do not keep a test waiting.
pub(super) fn quick(stub: &NvmlStub) -> GpuMetrics {
    let short = Duration::from_millis(20);
    GpuMetrics::default()
        .library(stub.path())
        .interval(short)
        .slow_interval(short)
        .back_off(short, Duration::from_millis(100))
}

pub(super) fn start(scenario: &Value) -> (NvmlStub, GpuCollector) {
    let stub = NvmlStub::start(scenario);
    let collector = GpuCollector::start(quick(&stub));
    (stub, collector)
}

/// The first snapshot that the collector publishes of which that holds.
#[track_caller]
pub(super) fn wait_for(
    collector: &GpuCollector,
    what: &str,
    holds: impl Fn(&Snapshot) -> bool,
) -> Arc<Snapshot> {
    let mut found = None;
    its_test_support::wait_until(DEADLINE, what, || {
        let snapshot = collector.snapshot();
        if holds(&snapshot) {
            found = Some(snapshot);
            return Ok(());
        }
        let states: Vec<&str> = snapshot.gpus.iter().map(|gpu| gpu.state.as_str()).collect();
        Err(format!("{:?}, GPUs {states:?}", snapshot.collector.unavailable))
    });
    found.expect("it held")
}

/// Whether the collector works and all of that many GPUs answer.
pub(super) fn all_answer(snapshot: &Snapshot, gpus: usize) -> bool {
    snapshot.collector.unavailable.is_none()
        && snapshot.gpus.len() == gpus
        && snapshot.gpus.iter().all(|gpu| gpu.state == State::Ok && gpu.readings.is_some())
}

/// Waits until that many more cycles have ended.
#[track_caller]
pub(super) fn wait_for_cycles(collector: &GpuCollector, more: u64) -> Arc<Snapshot> {
    let before = collector.snapshot().collector.cycles;
    wait_for(collector, "more cycles", |snapshot| snapshot.collector.cycles >= before + more)
}

/// The UUID of the stub's GPU in that place.
pub(super) fn uuid(stub: &NvmlStub, place: usize) -> String {
    stub.scenario()["gpus"][place]["uuid"].as_str().expect("a UUID").to_owned()
}

pub(super) fn gpu<'a>(snapshot: &'a Snapshot, uuid: &str) -> &'a Gpu {
    snapshot.gpus.iter().find(|gpu| gpu.info.uuid == uuid).expect("the GPU is known")
}

/// Failures of that function with that code.
pub(super) fn errors(snapshot: &Snapshot, function: &str, code: &str) -> u64 {
    let of = snapshot.collector.calls.iter().filter(|call| call.call == function);
    of.flat_map(|call| &call.errors).filter(|(known, _)| *known == code).map(|(_, count)| count).sum()
}
