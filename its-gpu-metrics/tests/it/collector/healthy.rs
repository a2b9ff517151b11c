//! GPUs that answer.

use std::time::Duration;

use its_gpu_metrics::GpuCollector;
use its_gpu_metrics::snapshot::{ClockDomain, ProcessKind, ThrottleReason};
use its_test_support::NvmlStub;
use serde_json::json;

use super::{all_answer, quick, start, wait_for, wait_for_cycles};

#[test]
fn one_eight_and_sixteen_gpus() {
    for count in [1, 8, 16] {
        let (_stub, collector) = start(&json!({ "count": count }));
        let snapshot = wait_for(&collector, "all answer", |snapshot| all_answer(snapshot, count));
        let indices: Vec<u32> = snapshot.gpus.iter().map(|gpu| gpu.info.index).collect();
        assert_eq!(indices, (0..count as u32).collect::<Vec<_>>());
        assert!(snapshot.gpus.iter().all(|gpu| gpu.generation == 1 && gpu.totals.losses == 0));
        assert!(collector.shutdown(super::DEADLINE));
    }
}

#[test]
fn everything_in_base_units() {
    let stub = NvmlStub::start(
        &json!({ "gpus": [{ "clock_event_reasons": 0x44, "fans": [30, 120], "fields": {
        "138/4294967295": { "type": "ulong", "value": 1_000_000 }, "139/4294967295": { "type": "ulonglong", "value": 5_000_000_000_u64 },
    } }] }),
    );
    let collector = GpuCollector::start(quick(&stub).pcie_throughput(true).gpm(false));
    let snapshot = wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    let driver = snapshot.driver.as_ref().expect("a driver");
    assert_eq!(driver.version.as_deref(), Some("580.95.05"));
    assert_eq!(driver.cuda_version.as_deref(), Some("13.0"));
    let gpu = &snapshot.gpus[0];
    assert_eq!(gpu.info.name.as_deref(), Some("NVIDIA H100 80GB HBM3"));
    assert_eq!(gpu.info.architecture, Some("hopper"));
    assert_eq!(gpu.info.pci_bus_id.as_deref(), Some("00000000:10:00.0"));
    let read = gpu.readings.as_ref().expect("readings");
    assert_eq!((read.utilization.gpu, read.utilization.memory), (Some(0.37), Some(0.21)));
    assert_eq!((read.utilization.encoder, read.utilization.decoder), (Some(0.11), Some(0.43)));
    assert_eq!((read.utilization.jpeg, read.utilization.optical_flow), (Some(0.05), Some(0.03)));
    assert_eq!((read.memory.total, read.memory.used), (Some(85_520_809_984), Some(21_474_836_480)));
    assert_eq!((read.memory.reserved, read.memory.bar1_used), (Some(557_842_432), Some(4_194_304)));
    assert_eq!((read.power.usage, read.power.limit), (Some(312.5), Some(700.0)));
    assert_eq!(read.power.energy, Some(1_234_567.89));
    assert_eq!((read.temperature.gpu, read.temperature.memory), (Some(54.0), Some(61.0)));
    assert_eq!((read.temperature.slowdown, read.temperature.margin), (Some(89.0), Some(33.0)));
    let sm = read.clocks.iter().find(|clock| clock.domain == ClockDomain::Sm).expect("a clock");
    assert_eq!((sm.current, sm.max), (Some(1.74e9), Some(1.98e9)));
    assert_eq!(read.performance_state, Some(0));
    let bits = read.throttle_bits.expect("bits");
    let reasons: Vec<_> = ThrottleReason::ALL.into_iter().filter(|reason| reason.is_in(bits)).collect();
    assert_eq!(reasons, [ThrottleReason::SoftwarePowerCap, ThrottleReason::HardwareThermal]);
    assert_eq!((read.pcie.transmitted_per_second, read.pcie.replays), (Some(20.48e6), Some(2)));
    assert_eq!((read.pcie.generation, read.pcie.width_max), (Some(5), Some(16)));
    assert_eq!(read.nvlinks.len(), 18);
    assert_eq!(read.nvlink_bytes, Some((1_024_000_000, 5_120_000_000_000)));
    assert_eq!(read.ecc.aggregate.corrected, Some(3));
    assert_eq!(read.rows.remapped_correctable, Some(0));
    assert_eq!(read.fans.iter().map(|fan| fan.speed).collect::<Vec<_>>(), [0.3, 1.2]);
    assert!(read.processes.is_none(), "nobody asked");
}

#[test]
fn one_that_is_refused_does_not_turn_the_others_off() {
    let (_stub, collector) = start(&json!({ "gpus": [{
        "nvlinks": [{ "refused": [0] }, { "replay": 3 }, {}], "fans": [30, 40, 50], "refused_fans": [0],
    }] }));
    wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    let snapshot = wait_for_cycles(&collector, 3);
    let read = snapshot.gpus[0].readings.as_ref().expect("readings");
    let kinds = |link: usize| read.nvlinks[link].errors.iter().map(|(kind, _)| *kind).collect::<Vec<_>>();
    let all = ["replay", "recovery", "crc_flit", "crc_data"];
    let others: Vec<_> = all.into_iter().filter(|kind| !kinds(0).contains(kind)).collect();
    assert_eq!((others.len(), kinds(0).len()), (1, 3), "one kind of one link is absent");
    assert_eq!((kinds(1), kinds(2)), (all.to_vec(), all.to_vec()));
    assert_eq!(read.fans.iter().map(|fan| (fan.fan, fan.speed)).collect::<Vec<_>>(), [(1, 0.4), (2, 0.5)]);
}

#[test]
fn durations_without_end() {
    let stub = NvmlStub::start(&json!({}));
    let endless = Duration::MAX;
    let settings = quick(&stub).interval(endless).slow_interval(endless).deadline(endless);
    let collector = GpuCollector::start(settings.back_off(endless, endless));
    wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    assert!(collector.shutdown(endless));

    let stub = NvmlStub::start(&json!({ "init": 9 }));
    let collector = GpuCollector::start(quick(&stub).back_off(endless, endless));
    let snapshot = wait_for_cycles(&collector, 3);
    assert_eq!(snapshot.collector.unavailable.map(|why| why.as_str()), Some("driver_not_loaded"));
    assert_eq!(stub.calls("nvmlInit_v2"), 1);
    assert!(collector.shutdown(endless));
}

#[test]
fn gpm_from_two_samples() {
    let (_stub, collector) = start(&json!({}));
    let has_gpm = |snapshot: &its_gpu_metrics::Snapshot| {
        all_answer(snapshot, 1)
            && snapshot.gpus[0].readings.as_ref().is_some_and(|readings| !readings.gpm.is_empty())
    };
    let snapshot = wait_for(&collector, "GPM metrics", has_gpm);
    let gpm = &snapshot.gpus[0].readings.as_ref().expect("readings").gpm;
    for (name, value) in gpm {
        let limit = if name.ends_with("_bytes_per_second") { f64::MAX } else { 1.0 };
        assert!((0.0..=limit).contains(value), "{name} {value}");
    }
}

#[test]
fn pci_throughput_is_read_anew_and_only_without_gpm() {
    let stub = NvmlStub::start(&json!({ "gpus": [{}, { "gpm": { "supported": false } }] }));
    let collector = GpuCollector::start(quick(&stub).pcie_throughput(true));
    let sent = |snapshot: &its_gpu_metrics::Snapshot, place: usize| {
        snapshot.gpus[place].readings.as_ref().and_then(|readings| readings.pcie.transmitted_per_second)
    };
    let snapshot = wait_for(&collector, "both answer", |snapshot| all_answer(snapshot, 2));
    assert_eq!((sent(&snapshot, 0), sent(&snapshot, 1)), (None, Some(20.48e6)), "GPM has it of the first");
    stub.patch(&json!({ "each": { "pcie": { "tx_kb_s": 7_000 } } }));
    let snapshot = wait_for(&collector, "it is read anew", |snapshot| sent(snapshot, 1) == Some(7e6));
    assert_eq!(sent(&snapshot, 0), None);
}

#[test]
fn processes_are_bounded_and_the_largest_are_kept() {
    let process = |pid: u32| json!({ "pid": pid, "memory": u64::from(pid) << 20 });
    let many: Vec<_> = (1..=100).map(process).collect();
    let stub = NvmlStub::start(&json!({
        "gpus": [{ "processes": { "compute": many, "graphics": [{ "pid": 7, "memory": null }] } }],
        "process_names": { "100": "/opt/service/inference-service --cameras 50" },
    }));
    let collector = GpuCollector::start(quick(&stub).processes(3));
    let snapshot = wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    let readings = snapshot.gpus[0].readings.as_ref().expect("readings");
    let processes = readings.processes.as_ref().expect("asked for");
    assert_eq!(processes.iter().map(|process| process.pid).collect::<Vec<_>>(), [100, 99, 98]);
    assert_eq!(processes[0].name.as_deref(), Some("inference-service"));
    assert_eq!((processes[0].kind, processes[0].memory_used), (ProcessKind::Compute, Some(100 << 20)));
    assert_eq!(readings.processes_left_out, 98);
}

#[test]
fn seconds_and_joules_add_up() {
    let (_stub, collector) = start(&json!({ "gpus": [
        { "utilization": { "gpu": 50 }, "live": true, "power": { "usage_mw": 200_000 }, "clock_event_reasons": 4 },
    ] }));
    let first = wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    let later = wait_for(&collector, "half a second", |snapshot| {
        snapshot.taken.duration_since(first.taken) > Duration::from_millis(500)
    });
    let (before, after) = (&first.gpus[0].totals, &later.gpus[0].totals);
    let busy = after.busy_seconds.expect("busy") - before.busy_seconds.expect("busy");
    let energy = after.energy_joules.expect("energy") - before.energy_joules.expect("energy");
    let throttled = |totals: &its_gpu_metrics::snapshot::Totals| {
        totals
            .throttled_seconds
            .iter()
            .find(|(reason, _)| *reason == ThrottleReason::SoftwarePowerCap)
            .expect("a reason")
            .1
    };
    let throttled = throttled(after) - throttled(before);
    assert!(busy > 0.2, "{busy}");
    assert!((throttled - 2.0 * busy).abs() < 1e-6, "{throttled} {busy}");
    // The readings of one cycle are not all of one instant.
    assert!((energy / (2.0 * busy) / 200.0 - 1.0).abs() < 0.2, "{energy} J in {} s", 2.0 * busy);
}

#[test]
fn what_is_known_is_not_asked_again() {
    let (stub, collector) = start(
        &json!({ "gpus": [{ "not_supported": ["nvmlDeviceGetFanSpeed_v2", "nvmlDeviceGetEncoderUtilization"] }] }),
    );
    wait_for(&collector, "it answers", |snapshot| all_answer(snapshot, 1));
    stub.reset_calls();
    let snapshot = wait_for_cycles(&collector, 3);
    for function in [
        "nvmlDeviceGetName",
        "nvmlDeviceGetMaxClockInfo",
        "nvmlDeviceGetTemperatureThreshold",
        "nvmlDeviceGetEncoderUtilization",
    ] {
        assert_eq!(stub.calls(function), 0, "{function}");
    }
    assert!(stub.calls("nvmlDeviceGetUtilizationRates") >= 2);
    let capabilities = &snapshot.gpus[0].capabilities;
    assert!(capabilities.contains(&("nvmlDeviceGetEncoderUtilization", false)), "{capabilities:?}");
    assert!(capabilities.contains(&("nvmlDeviceGetUtilizationRates", true)));
}
