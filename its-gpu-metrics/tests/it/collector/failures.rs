//! Machines on which nothing, or not everything, can be read.

use std::time::Duration;

use its_gpu_metrics::snapshot::{State, Unavailable};
use its_gpu_metrics::{GpuCollector, GpuMetrics};
use its_test_support::NvmlStub;
use serde_json::{Value, json};

use super::{all_answer, errors, quick, start, wait_for, wait_for_cycles};

#[test]
fn no_library() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = GpuMetrics::default()
        .library(folder.path().join("libnvidia-ml.so.1"))
        .interval(Duration::from_millis(10))
        .back_off(Duration::from_millis(10), Duration::from_millis(10));
    let collector = GpuCollector::start(settings);
    let snapshot = wait_for(&collector, "it says so", |snapshot| {
        snapshot.collector.unavailable == Some(Unavailable::LibraryNotFound)
    });
    assert!(snapshot.gpus.is_empty());
    let snapshot = wait_for_cycles(&collector, 5);
    assert!(errors(&snapshot, "nvmlInit_v2", "library_not_found") >= 2, "it is tried again");
    assert!(collector.shutdown(super::DEADLINE));
    assert_eq!(collector.snapshot().collector.unavailable, Some(Unavailable::Stopped));
}

/// Starts with that scenario, waits for that reason, and sees the GPU when the machine is well.
#[track_caller]
fn recovers(scenario: &Value, why: Unavailable) {
    let (stub, collector) = start(scenario);
    let snapshot = wait_for(&collector, why.as_str(), |snapshot| snapshot.collector.unavailable == Some(why));
    assert!(snapshot.gpus.iter().all(|gpu| gpu.readings.is_none()));
    stub.set(&json!({ "reload": true }));
    wait_for(&collector, "the GPU answers", |snapshot| all_answer(snapshot, 1));
}

#[test]
fn no_driver() {
    recovers(&json!({ "init": 9 }), Unavailable::DriverNotLoaded);
}

#[test]
fn library_and_driver_of_different_versions() {
    recovers(&json!({ "init": 18 }), Unavailable::VersionMismatch);
}

#[test]
fn zero_devices() {
    recovers(&json!({ "count": 0 }), Unavailable::NoDevices);
}

#[test]
fn no_permission() {
    recovers(&json!({ "init": 4 }), Unavailable::NoPermission);
    recovers(&json!({ "codes": { "nvmlDeviceGetHandleByIndex_v2": 4 } }), Unavailable::NoPermission);
    recovers(&json!({ "codes": { "nvmlDeviceGetCount_v2": 4 } }), Unavailable::NoPermission);
}

#[test]
fn init_fails_for_an_unknown_reason() {
    recovers(&json!({ "init": 999 }), Unavailable::Failed);
}

#[test]
fn the_tries_become_fewer() {
    let stub = NvmlStub::start(&json!({ "init": 9 }));
    let settings = quick(&stub).interval(Duration::from_millis(10));
    let collector =
        GpuCollector::start(settings.back_off(Duration::from_millis(20), Duration::from_secs(60)));
    wait_for(&collector, "thirty cycles", |snapshot| snapshot.collector.cycles >= 30);
    let tries = stub.calls("nvmlInit_v2");
    assert!((2..=7).contains(&tries), "{tries} tries in 0.3 s, at 0, 20, 60, 140, 300 ms");
}

#[test]
fn the_driver_is_loaded_again() {
    let (stub, collector) =
        start(&json!({ "count": 2, "gpus": { "0": { "energy_mj": 5_000 }, "1": { "energy_mj": 9_000 } } }));
    let before = wait_for(&collector, "both answer", |snapshot| all_answer(snapshot, 2));
    // Another order, and the energy counters begin anew.
    stub.set(&json!({
        "reload": true, "count": 2, "order": [1, 0],
        "gpus": { "0": { "energy_mj": 1_000 }, "1": { "energy_mj": 2_000 } },
    }));
    let after = wait_for(&collector, "both are back", |snapshot| {
        all_answer(snapshot, 2) && snapshot.gpus.iter().all(|gpu| gpu.generation == 2)
    });
    assert!(after.collector.generation > before.collector.generation);
    let (first, second) = (&before.gpus[0], super::gpu(&after, &before.gpus[0].info.uuid));
    assert_eq!((first.info.index, second.info.index), (0, 1), "known by its UUID, not by its index");
    assert_eq!(second.totals.energy_joules, Some(1.0), "what was counted since the driver was loaded");
    assert_eq!(second.totals.losses, 0);
}

#[test]
fn an_energy_counter_that_falls_without_a_reload_adds_nothing() {
    let energy = |millijoules: u64| json!({ "gpus": { "0": { "energy_mj": millijoules } } });
    let (stub, collector) = start(&json!({ "gpus": [{ "energy_mj": 9_000 }] }));
    wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    stub.patch(&energy(4_000));
    let implausible = |snapshot: &its_gpu_metrics::Snapshot| {
        errors(snapshot, "nvmlDeviceGetTotalEnergyConsumption", "implausible")
    };
    wait_for(&collector, "it is counted", |snapshot| implausible(snapshot) == 1);
    stub.patch(&energy(6_000));
    let snapshot =
        wait_for(&collector, "it goes on", |snapshot| snapshot.gpus[0].totals.energy_joules == Some(2.0));
    stub.patch(&energy(6_000_000_000));
    let snapshot_after = wait_for(&collector, "a jump is counted", |snapshot| implausible(snapshot) == 2);
    assert_eq!(snapshot_after.gpus[0].totals.energy_joules, snapshot.gpus[0].totals.energy_joules);
}

#[test]
fn a_value_that_is_not_ready_is_absent() {
    let (stub, collector) = start(&json!({ "gpus": [{ "codes": { "nvmlDeviceGetTemperature": 27 } }] }));
    let snapshot = wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    let readings = snapshot.gpus[0].readings.as_ref().expect("readings");
    assert_eq!((readings.temperature.gpu, readings.power.usage), (None, Some(312.5)));
    assert!(errors(&snapshot, "nvmlDeviceGetTemperature", "not_ready") > 0);
    stub.patch(&json!({ "gpus": { "0": { "codes": { "nvmlDeviceGetTemperature": 0 } } } }));
    wait_for(&collector, "it is ready", |snapshot| {
        snapshot.gpus[0].readings.as_ref().is_some_and(|readings| readings.temperature.gpu == Some(54.0))
    });
}

#[test]
fn what_fails_at_first_is_asked_again() {
    let fixed = [
        "nvmlDeviceGetName",
        "nvmlDeviceGetMaxClockInfo",
        "nvmlDeviceGetTemperatureThreshold",
        "nvmlDeviceGetNumFans",
        "nvmlDeviceGetMaxPcieLinkWidth",
        "nvmlGpmQueryDeviceSupport",
    ];
    let codes =
        |code: u32| fixed.iter().map(|call| (*call, code)).collect::<std::collections::BTreeMap<_, _>>();
    let (stub, collector) = start(&json!({ "gpus": [{ "fans": [30], "codes": codes(999) }] }));
    let snapshot = wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    assert_eq!(snapshot.gpus[0].info.name, None);
    stub.patch(&json!({ "gpus": { "0": { "codes": codes(0) } } }));
    let snapshot = wait_for(&collector, "all is told", |snapshot| {
        snapshot.gpus[0].readings.as_ref().is_some_and(|read| !read.gpm.is_empty())
    });
    assert_eq!(snapshot.gpus[0].info.name.as_deref(), Some("NVIDIA H100 80GB HBM3"));
    let read = snapshot.gpus[0].readings.as_ref().expect("readings");
    assert_eq!((read.temperature.shutdown, read.pcie.width_max, read.fans.len()), (Some(92.0), Some(16), 1));
    assert!(read.clocks.iter().all(|clock| clock.max.is_some()));
    stub.reset_calls();
    wait_for_cycles(&collector, 5);
    assert!(fixed.iter().all(|call| stub.calls(call) == 0), "asked once: {:?}", stub.all_calls());
}

#[test]
fn memory_that_cannot_be_read_at_this_time_is_absent() {
    let (stub, collector) = start(&json!({}));
    wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    stub.patch(&json!({ "codes": { "nvmlDeviceGetMemoryInfo_v2": 999 } }));
    wait_for(&collector, "it is absent", |snapshot| {
        snapshot.gpus[0].readings.as_ref().is_some_and(|readings| readings.memory.used.is_none())
    });
    assert_eq!(stub.calls("nvmlDeviceGetMemoryInfo"), 0, "there, what is reserved counts as used");
}

#[test]
fn a_gpu_without_memory_of_its_own() {
    let without = ["nvmlDeviceGetMemoryInfo_v2", "nvmlDeviceGetMemoryInfo", "nvmlDeviceGetBAR1MemoryInfo"];
    let (_stub, collector) = start(&json!({ "gpus": [{ "not_supported": without }] }));
    let snapshot = wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    let readings = snapshot.gpus[0].readings.as_ref().expect("readings");
    assert_eq!(readings.memory, its_gpu_metrics::snapshot::Memory::default(), "absent, not 0");
    assert_eq!(readings.utilization.gpu, Some(0.37));
    assert!(snapshot.gpus[0].capabilities.contains(&("nvmlDeviceGetMemoryInfo_v2", false)));
}

#[test]
fn an_idle_gpu_of_which_little_is_known_stays_believed() {
    let without = ["nvmlDeviceGetMemoryInfo_v2", "nvmlDeviceGetMemoryInfo", "nvmlDeviceGetPowerUsage"];
    let busy = |percent: u32| json!({ "gpus": { "0": { "utilization": { "gpu": percent } } } });
    let (stub, collector) = start(&json!({ "gpus": [{ "not_supported": without }] }));
    stub.patch(&busy(30));
    wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    stub.patch(&busy(0));
    let idle = |snapshot: &its_gpu_metrics::Snapshot| {
        snapshot.gpus[0].readings.as_ref().is_some_and(|readings| readings.utilization.gpu == Some(0.0))
    };
    wait_for(&collector, "it is idle", idle);
    let snapshot = wait_for_cycles(&collector, 3);
    assert_eq!((snapshot.gpus[0].state, snapshot.gpus[0].generation), (State::Ok, 1));
}

#[test]
fn a_driver_before_510() {
    let stub = NvmlStub::without_symbol("nvmlDeviceGetMemoryInfo_v2", &json!({}));
    let collector = GpuCollector::start(quick(&stub));
    let snapshot = wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    let memory = snapshot.gpus[0].readings.as_ref().expect("readings").memory;
    assert_eq!((memory.total, memory.reserved), (Some(85_520_809_984), None));
    assert!(memory.used.is_some());
}

#[test]
fn garbage_is_not_shown() {
    let (_stub, collector) = start(&json!({ "gpus": [{ "garbage": true }, {}] }));
    let snapshot = wait_for(&collector, "both are known", |snapshot| snapshot.gpus.len() == 2);
    assert_eq!(snapshot.gpus[0].state, State::Unsupported);
    assert!(snapshot.gpus[0].readings.is_none());
    assert_eq!(snapshot.gpus[1].state, State::Ok);
    assert!(errors(&snapshot, "nvmlDeviceGetUtilizationRates", "implausible") > 0, "it is counted");
}
