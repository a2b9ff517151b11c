//! Xid errors.

use its_gpu_metrics::GpuCollector;
use its_gpu_metrics::snapshot::Xid;
use its_test_support::NvmlStub;
use serde_json::json;

use super::{all_answer, errors, quick, start, uuid, wait_for, wait_for_cycles};

/// A collector that waits for the events of all its GPUs.
fn watching(stub: &NvmlStub, gpus: usize) -> GpuCollector {
    let collector = GpuCollector::start(quick(stub));
    wait_for(&collector, "all answer", |snapshot| all_answer(snapshot, gpus));
    its_test_support::wait_until(super::DEADLINE, "events are waited for", || {
        if stub.calls("nvmlDeviceRegisterEvents") >= gpus as u64 { Ok(()) } else { Err("not yet".into()) }
    });
    collector
}

fn xids(snapshot: &its_gpu_metrics::Snapshot) -> &[Xid] {
    &snapshot.gpus[0].totals.xids
}

#[test]
fn no_repeat_is_missed() {
    let stub = NvmlStub::start(&json!({}));
    let collector = watching(&stub, 1);
    let gpu = uuid(&stub, 0);
    for _ in 0..500 {
        assert_eq!(stub.push_xid(&gpu, 31), 1);
    }
    stub.push_xid(&gpu, 74);
    // The driver does not say which.
    stub.push_xid(&gpu, 999);
    let snapshot = wait_for(&collector, "all are counted", |snapshot| {
        xids(snapshot).iter().map(|xid| xid.count).sum::<u64>() == 502
    });
    let counts: Vec<_> = xids(&snapshot).iter().map(|xid| (xid.code, xid.count)).collect();
    assert_eq!(counts, [(Some(31), 500), (Some(74), 1), (None, 1)]);
    assert!(xids(&snapshot)[0].last.elapsed().is_ok_and(|since| since < super::DEADLINE));
}

#[test]
fn of_a_part_of_a_gpu() {
    let stub = NvmlStub::start(&json!({}));
    let collector = watching(&stub, 1);
    let gpu = uuid(&stub, 0);
    for part in [3, 4, 3] {
        stub.push_event(
            &json!({ "gpu": gpu, "type": 8, "data": 13, "gpu_instance": part, "compute_instance": 0 }),
        );
    }
    // Of a GPU instance as a whole.
    stub.push_event(&json!({ "gpu": gpu, "type": 8, "data": 13, "gpu_instance": 5 }));
    let snapshot = wait_for(&collector, "all are counted", |snapshot| {
        xids(snapshot).iter().map(|xid| xid.count).sum::<u64>() == 4
    });
    let counts: Vec<_> = xids(&snapshot).iter().map(|xid| (xid.mig, xid.count)).collect();
    assert_eq!(counts, [(Some((3, Some(0))), 2), (Some((4, Some(0))), 1), (Some((5, None)), 1)]);
    let families = its_gpu_metrics::metrics::families(&snapshot, std::time::Instant::now());
    let family = families.iter().find(|family| family.metric.name == "its_gpu_xid_errors_total");
    let samples = &family.expect("Xid errors").samples;
    assert_eq!((samples[2].label("gi"), samples[2].label("ci")), (Some("5"), None));
}

#[test]
fn events_that_fail_leave_the_rest_alone() {
    for (function, code) in
        [("nvmlEventSetCreate", 999), ("nvmlDeviceRegisterEvents", 999), ("nvmlEventSetWait_v2", 999)]
    {
        let (stub, collector) = start(&json!({ "count": 2, "codes": { function: code } }));
        wait_for(&collector, "both answer", |snapshot| all_answer(snapshot, 2));
        wait_for(&collector, "it is counted", |snapshot| {
            let of = snapshot.collector.calls.iter().find(|call| call.call == function);
            of.is_some_and(|of| !of.errors.is_empty())
        });
        stub.reset_calls();
        let snapshot = wait_for_cycles(&collector, 10);
        assert!(all_answer(&snapshot, 2));
        assert!(stub.calls(function) <= 4, "{function} is not asked again and again");
        // Asked again after a while, and what came meanwhile is told.
        stub.patch(&json!({ "codes": { function: 0 } }));
        let gpu = uuid(&stub, 0);
        its_test_support::wait_until(super::DEADLINE, "events are waited for", || {
            if stub.push_xid(&gpu, 79) > 0 { Ok(()) } else { Err("not yet".into()) }
        });
        wait_for(&collector, "it is counted", |snapshot| !xids(snapshot).is_empty());
    }
}

#[test]
fn what_happens_while_the_wait_fails_is_not_lost() {
    let stub = NvmlStub::start(&json!({}));
    let collector = watching(&stub, 1);
    stub.patch(&json!({ "codes": { "nvmlEventSetWait_v2": 999 } }));
    wait_for(&collector, "the wait fails", |snapshot| errors(snapshot, "nvmlEventSetWait_v2", "unknown") > 0);
    assert_eq!(stub.push_xid(&uuid(&stub, 0), 48), 1, "the set is kept");
    stub.patch(&json!({ "codes": { "nvmlEventSetWait_v2": 0 } }));
    wait_for(&collector, "it is counted", |snapshot| xids(snapshot).iter().any(|xid| xid.code == Some(48)));
    assert_eq!(stub.calls("nvmlEventSetCreate"), 1);
}

#[test]
fn events_that_are_not_supported_are_no_failure_and_not_tried_again() {
    for function in ["nvmlDeviceGetHandleByUUID", "nvmlEventSetCreate", "nvmlDeviceRegisterEvents"] {
        let (stub, collector) = start(&json!({ "codes": { function: 3 } }));
        wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
        its_test_support::wait_until(super::DEADLINE, "it is asked", || {
            if stub.calls(function) > 0 { Ok(()) } else { Err("not yet".into()) }
        });
        let snapshot = wait_for_cycles(&collector, 60);
        assert_eq!(errors(&snapshot, function, "not_supported"), 0, "{function}");
        assert_eq!(stub.calls(function), 1, "{function}");
    }
}

#[test]
fn a_flood_of_one_gpu_does_not_silence_the_other() {
    let stub = NvmlStub::start(&json!({ "count": 2 }));
    let collector = watching(&stub, 2);
    let gpus = [uuid(&stub, 0), uuid(&stub, 1)];
    for _ in 0..2_000 {
        stub.push_xid(&gpus[0], 31);
    }
    stub.push_xid(&gpus[1], 79);
    let counted = |snapshot: &its_gpu_metrics::Snapshot, place: usize| -> u64 {
        snapshot.gpus[place].totals.xids.iter().map(|xid| xid.count).sum()
    };
    wait_for(&collector, "all are counted", |snapshot| {
        (counted(snapshot, 0), counted(snapshot, 1)) == (2_000, 1)
    });
}

#[test]
fn a_gpu_without_events() {
    let (stub, collector) = start(&json!({ "gpus": [{ "supported_events": 0 }] }));
    wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    let snapshot = wait_for_cycles(&collector, 5);
    assert_eq!(errors(&snapshot, "nvmlDeviceRegisterEvents", "not_supported"), 0);
    assert_eq!(stub.calls("nvmlEventSetWait_v2"), 0);
}
