//! GPUs that go and come back.

use std::time::{Duration, Instant};

use its_gpu_metrics::snapshot::{State, Unavailable};
use its_gpu_metrics::{GpuCollector, GpuMetrics};
use its_test_support::{NvmlStub, child, wait_until};
use serde_json::json;

use super::{all_answer, errors, gpu, start, uuid, wait_for, wait_for_cycles};

#[test]
fn one_of_eight_goes_in_the_middle_of_a_cycle_and_comes_back() {
    let (stub, collector) = start(&json!({ "count": 8 }));
    wait_for(&collector, "all answer", |snapshot| all_answer(snapshot, 8));
    let lost = uuid(&stub, 3);
    report(&stub, &lost, 79);
    stub.patch(&json!({ "gpus": { "3": { "lost_after_calls": 5 } } }));
    let snapshot = wait_for(&collector, "it is lost", |snapshot| gpu(snapshot, &lost).state == State::Lost);
    assert_eq!(snapshot.collector.unavailable, None, "the others are read");
    let gone = gpu(&snapshot, &lost);
    assert!(gone.readings.is_none());
    assert!(gone.info.name.is_some() && gone.info.pci_bus_id.is_some(), "who it was is still known");
    assert_eq!((gone.totals.losses, gone.generation), (1, 1));
    assert!(gone.totals.busy_seconds.is_some(), "what was counted stays");
    assert!(
        errors(&snapshot, "nvmlDeviceGetHandleByIndex_v2", "gpu_is_lost") < 3,
        "it was lost in the middle"
    );
    let others = |snapshot: &its_gpu_metrics::Snapshot| {
        snapshot.gpus.iter().filter(|gpu| gpu.info.uuid != lost).all(|gpu| gpu.readings.is_some())
    };
    assert!(others(&snapshot));
    stub.patch(&json!({ "gpus": { "0": { "utilization": { "gpu": 99 } } } }));
    let fresh = wait_for(&collector, "the others are fresh", |snapshot| {
        snapshot.gpus[0].readings.as_ref().is_some_and(|readings| readings.utilization.gpu == Some(0.99))
    });
    assert!(others(&fresh));
    wait_for(&collector, "the Xid is counted", |snapshot| {
        gpu(snapshot, &lost).totals.xids.iter().any(|xid| xid.code == Some(79) && xid.count == 1)
    });

    stub.patch(&json!({ "gpus": { "3": { "lost": false, "lost_after_calls": null } } }));
    let back = wait_for(&collector, "it is back", |snapshot| all_answer(snapshot, 8));
    let back = gpu(&back, &lost);
    assert_eq!((back.generation, back.totals.losses), (2, 1));
    assert_eq!(back.totals.xids[0].count, 1, "not counted again");
    report(&stub, &lost, 31);
    wait_for(&collector, "the second Xid", |snapshot| {
        gpu(snapshot, &lost).totals.xids.iter().any(|xid| xid.code == Some(31))
    });
}

#[test]
fn all_are_lost() {
    let (stub, collector) = start(&json!({ "count": 2 }));
    wait_for(&collector, "both answer", |snapshot| all_answer(snapshot, 2));
    stub.patch(&json!({ "gpus": { "0": { "lost": true }, "1": { "lost": true } } }));
    let snapshot = wait_for(&collector, "all lost", |snapshot| {
        snapshot.collector.unavailable == Some(Unavailable::AllLost)
    });
    assert!(snapshot.gpus.iter().all(|gpu| gpu.state == State::Lost && gpu.readings.is_none()));
    stub.patch(&json!({ "gpus": { "0": { "lost": false }, "1": { "lost": false } } }));
    let snapshot = wait_for(&collector, "both are back", |snapshot| all_answer(snapshot, 2));
    assert!(snapshot.gpus.iter().all(|gpu| gpu.generation == 2 && gpu.totals.losses == 1));
}

#[test]
fn one_is_no_longer_listed() {
    let (stub, collector) = start(&json!({ "count": 3 }));
    wait_for(&collector, "all answer", |snapshot| all_answer(snapshot, 3));
    let gone = uuid(&stub, 1);
    stub.patch(&json!({ "order": [0, 2] }));
    let snapshot = wait_for(&collector, "it is lost", |snapshot| gpu(snapshot, &gone).state == State::Lost);
    let moved = gpu(&snapshot, &uuid(&stub, 2));
    assert_eq!((moved.info.index, moved.state), (1, State::Ok), "another one has its index");
}

#[test]
fn one_that_times_out_is_asked_once_in_a_cycle() {
    let (stub, collector) = start(&json!({ "count": 2 }));
    wait_for(&collector, "both answer", |snapshot| all_answer(snapshot, 2));
    stub.patch(&json!({ "gpus": { "1": { "fails_with": 10 } } }));
    wait_for(&collector, "it is lost", |snapshot| snapshot.gpus[1].state == State::Lost);
    let before = wait_for_cycles(&collector, 2);
    let timeouts = |snapshot: &its_gpu_metrics::Snapshot| -> u64 {
        let errors = snapshot.collector.calls.iter().flat_map(|call| &call.errors);
        errors.filter(|(code, _)| *code == "timeout").map(|(_, count)| count).sum()
    };
    let after = wait_for_cycles(&collector, 5);
    let cycles = after.collector.cycles - before.collector.cycles;
    assert_eq!(timeouts(&after) - timeouts(&before), cycles, "each wait is a long one");
    assert!(after.gpus[0].readings.is_some() && after.gpus[1].readings.is_none());
    assert_eq!(after.gpus[1].totals.losses, 1);
    stub.patch(&json!({ "gpus": { "1": { "fails_with": 0 } } }));
    wait_for(&collector, "it is back", |snapshot| all_answer(snapshot, 2));
}

#[test]
fn one_that_fails_slowly_is_asked_once_in_a_cycle() {
    let (stub, collector) = start(&json!({ "count": 2 }));
    wait_for(&collector, "both answer", |snapshot| all_answer(snapshot, 2));
    // As with a firmware that does not answer: the driver gives up after a while, with a code that says nothing.
    stub.patch(&json!({ "gpus": { "1": {
        "codes": { "nvmlDeviceGetMigMode": 999 }, "hang": { "nvmlDeviceGetMigMode": 1_100 },
    } } }));
    wait_for(&collector, "it is lost", |snapshot| snapshot.gpus[1].state == State::Lost);
    stub.reset_calls();
    wait_for_cycles(&collector, 1);
    assert!(stub.calls("nvmlDeviceGetPowerUsage") <= 2, "only of the other one");
}

#[test]
fn one_of_which_all_fails_is_lost_and_not_unsupported() {
    // From the start, and later.
    for first in [999, 0] {
        let (stub, collector) = start(&json!({ "gpus": [{}, { "codes": failing(first) }] }));
        wait_for(&collector, "the first answers", |snapshot| {
            snapshot.gpus.first().is_some_and(|gpu| gpu.readings.is_some())
        });
        stub.patch(&json!({ "gpus": { "1": { "codes": failing(999) } } }));
        let snapshot = wait_for(&collector, "it is lost", |snapshot| snapshot.gpus[1].state == State::Lost);
        assert!(snapshot.gpus[1].readings.is_none());
        assert!(errors(&snapshot, "nvmlDeviceGetPowerUsage", "unknown") > 0);
        stub.patch(&json!({ "gpus": { "1": { "codes": failing(0) } } }));
        wait_for(&collector, "it is back", |snapshot| all_answer(snapshot, 2));
    }
}

/// What every GPU answers, failing with that code.
fn failing(code: u32) -> serde_json::Value {
    json!({
        "nvmlDeviceGetMemoryInfo_v2": code, "nvmlDeviceGetMemoryInfo": code, "nvmlDeviceGetPowerUsage": code,
        "nvmlDeviceGetUtilizationRates": code,
    })
}

#[test]
fn one_that_fails_at_the_index_of_another_leaves_that_other() {
    let (stub, collector) = start(&json!({ "count": 3 }));
    wait_for(&collector, "all answer", |snapshot| all_answer(snapshot, 3));
    let (first, second) = (uuid(&stub, 0), uuid(&stub, 1));
    // The first moves to the index after the second, which needs a reset and has the first's index now.
    stub.patch(&json!({
        "order": [1, 0, 2],
        "gpus": { "1": { "codes": { "nvmlDeviceGetHandleByIndex_v2": 16, "nvmlDeviceGetUUID": 16 } } },
    }));
    let snapshot = wait_for(&collector, "the second cannot be had", |snapshot| {
        gpu(snapshot, &second).state != State::Ok && gpu(snapshot, &first).info.index == 1
    });
    let moved = gpu(&snapshot, &first);
    assert_eq!((moved.state, moved.generation, moved.totals.losses), (State::Ok, 1, 0));
}

#[test]
fn nvml_is_begun_anew_when_nobody_uses_the_session_before() {
    let (stub, collector) = start(&json!({}));
    wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    // The thread that waits for events is held up in the driver while the collector's loses its GPU.
    let gpu = uuid(&stub, 0);
    report(&stub, &gpu, 31);
    stub.patch(&json!({ "hang": { "nvmlEventSetWait_v2": 30_000 } }));
    let waits = stub.calls("nvmlEventSetWait_v2");
    wait_until(super::DEADLINE, "the other thread hangs", || {
        if stub.calls("nvmlEventSetWait_v2") > waits { Ok(()) } else { Err("not yet".into()) }
    });
    stub.patch(&json!({ "gpus": { "0": { "lost": true } } }));
    let ended = wait_for(&collector, "the session ends", |snapshot| {
        snapshot.collector.unavailable == Some(Unavailable::AllLost)
    });
    let later = wait_for_cycles(&collector, 20);
    assert_eq!(later.collector.generation, ended.collector.generation, "not while it is used");
    stub.patch(&json!({ "hang": { "nvmlEventSetWait_v2": 0 }, "gpus": { "0": { "lost": false } } }));
    let back = wait_for(&collector, "it is back", |snapshot| all_answer(snapshot, 1));
    assert_eq!(back.collector.generation, ended.collector.generation + 1);
}

#[test]
fn one_must_be_reset() {
    let (stub, collector) = start(&json!({ "count": 2 }));
    wait_for(&collector, "both answer", |snapshot| all_answer(snapshot, 2));
    stub.patch(&json!({ "gpus": { "1": { "codes": { "nvmlDeviceGetUtilizationRates": 16 } } } }));
    let snapshot =
        wait_for(&collector, "it says so", |snapshot| snapshot.gpus[1].state == State::ResetRequired);
    assert_eq!(snapshot.gpus[1].totals.losses, 0);
    assert!(snapshot.gpus[0].readings.is_some());
    stub.patch(&json!({ "gpus": { "1": { "codes": { "nvmlDeviceGetUtilizationRates": 0 } } } }));
    wait_for(&collector, "it was reset", |snapshot| all_answer(snapshot, 2));
}

#[test]
fn nothing_spins_while_a_gpu_is_lost() {
    if !child::is_child() {
        child::run("collector::lost::nothing_spins_while_a_gpu_is_lost", &[]);
        return;
    }
    let stub = NvmlStub::start(&json!({ "count": 8 }));
    let collector = GpuCollector::start(GpuMetrics::default().library(stub.path()));
    wait_for(&collector, "all answer", |snapshot| all_answer(snapshot, 8));
    let lost = uuid(&stub, 1);
    report(&stub, &lost, 79);
    stub.patch(&json!({ "gpus": { "1": { "lost": true } } }));
    wait_for(&collector, "it is lost", |snapshot| snapshot.gpus[1].state == State::Lost);
    stub.reset_calls();
    let (before, start) = (cpu_time(), Instant::now());
    wait_for_cycles(&collector, 3);
    let (busy, time) = (cpu_time() - before, start.elapsed());
    // A wait for the lost one returns at once; a loop around it would take a processor.
    assert!(busy < time / 10, "{busy:?} of {time:?}");
    let waits = stub.calls("nvmlEventSetWait_v2");
    let at_most = 8 * (time.as_millis() as u64 / 200 + 2);
    assert!(waits <= at_most, "{waits} waits in {time:?}");
}

/// What the collector's threads have used so far.
fn cpu_time() -> Duration {
    let threads = std::fs::read_dir("/proc/self/task").expect("threads");
    let ticks: u64 = threads
        .filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("stat")).ok())
        .filter(|stat| stat.contains("(gpu-"))
        .map(|stat| {
            // After the name in parentheses: state is the third field, user and system time the 14th and 15th.
            let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
            fields[11..13].iter().map(|ticks| ticks.parse::<u64>().expect("ticks")).sum::<u64>()
        })
        .sum();
    Duration::from_millis(ticks * 10)
}

/// Reports an Xid error when it is waited for.
#[track_caller]
fn report(stub: &NvmlStub, uuid: &str, xid: u64) {
    wait_until(super::DEADLINE, "its events are waited for", || match stub.push_xid(uuid, xid) {
        0 => Err("nobody does".into()),
        _ => Ok(()),
    });
}
