//! A driver that does not come back.

use std::time::{Duration, Instant};

use its_gpu_metrics::GpuCollector;
use its_gpu_metrics::snapshot::Unavailable;
use its_test_support::NvmlStub;
use serde_json::json;

use super::{all_answer, quick, wait_for};

const DEADLINE: Duration = Duration::from_millis(100);

#[test]
fn a_call_that_hangs_blocks_nobody() {
    let stub = NvmlStub::start(&json!({ "count": 2 }));
    let collector = GpuCollector::start(quick(&stub).deadline(DEADLINE));
    wait_for(&collector, "both answer", |snapshot| all_answer(snapshot, 2));
    let hanging = Instant::now();
    stub.patch(&json!({ "gpus": { "1": { "hang": { "nvmlDeviceGetPowerUsage": 30_000 } } } }));
    let stalled = wait_for(&collector, "it is stalled", |snapshot| {
        snapshot.collector.unavailable == Some(Unavailable::Stalled)
    });
    assert!(stalled.gpus.iter().all(|gpu| gpu.readings.is_none()), "nothing old is shown as if it were new");
    assert!(stalled.gpus.iter().all(|gpu| gpu.totals.busy_seconds.is_some()), "totals stay");
    // What explains it comes during it.
    let uuid = super::uuid(&stub, 1);
    its_test_support::wait_until(super::DEADLINE, "its events are waited for", || {
        if stub.push_xid(&uuid, 119) > 0 { Ok(()) } else { Err("nobody does".into()) }
    });
    let explained = wait_for(&collector, "the Xid is counted", |snapshot| {
        snapshot.gpus[1].totals.xids.iter().any(|xid| xid.code == Some(119))
    });
    assert_eq!(explained.collector.unavailable, Some(Unavailable::Stalled));
    stub.patch(&json!({ "codes": { "nvmlEventSetWait_v2": 999 } }));
    wait_for(&collector, "calls are counted on", |snapshot| {
        super::errors(snapshot, "nvmlEventSetWait_v2", "unknown") > 0
    });
    let families = its_gpu_metrics::metrics::families(&explained, Instant::now());
    let claims = |name: &str| families.iter().any(|family| family.metric.name == name);
    assert!(!claims("its_gpu_state") && !claims("hw_status"), "how they are is not known");
    // Its age grows with the clock, and reading it does not wait for the driver.
    let later =
        wait_for(&collector, "it is older", |snapshot| snapshot.taken.elapsed() > Duration::from_millis(400));
    assert_eq!(later.taken, stalled.taken);
    let start = Instant::now();
    for _ in 0..1_000 {
        std::hint::black_box(collector.snapshot());
    }
    assert!(start.elapsed() < Duration::from_secs(5), "5 ms each at most");
    assert!(!collector.shutdown(Duration::from_millis(200)), "its thread hangs");
    assert_eq!(collector.snapshot().collector.unavailable, Some(Unavailable::Stopped));
    assert!(hanging.elapsed() < Duration::from_secs(25), "nobody waited for the driver");
}

#[test]
fn a_driver_that_comes_back_is_read_again() {
    let stub = NvmlStub::start(&json!({}));
    let collector = GpuCollector::start(quick(&stub).deadline(DEADLINE));
    let first = wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    stub.patch(&json!({ "hang": { "nvmlDeviceGetTemperature": 30_000 } }));
    wait_for(&collector, "it is stalled", |snapshot| {
        snapshot.collector.unavailable == Some(Unavailable::Stalled)
    });
    stub.patch(&json!({ "hang": { "nvmlDeviceGetTemperature": 0 } }));
    let back = wait_for(&collector, "it is back", |snapshot| all_answer(snapshot, 1));
    assert_eq!(back.collector.overrun_cycles, 1);
    let busy =
        back.gpus[0].totals.busy_seconds.expect("busy") - first.gpus[0].totals.busy_seconds.expect("busy");
    assert!(busy < 2.0, "nothing is known of the time in between: {busy} s");
    assert!(collector.shutdown(super::DEADLINE));
}

#[test]
fn a_start_that_hangs_is_told_too() {
    let stub = NvmlStub::start(&json!({ "hang": { "nvmlInit_v2": 30_000 } }));
    let collector = GpuCollector::start(quick(&stub).deadline(DEADLINE));
    wait_for(&collector, "it is stalled", |snapshot| {
        snapshot.collector.unavailable == Some(Unavailable::Stalled)
    });
    let start = Instant::now();
    drop(collector);
    assert!(start.elapsed() < Duration::from_secs(10), "half a second");
}
