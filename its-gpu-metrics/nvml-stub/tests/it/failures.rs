//! Every way in which a scenario lets NVML fail.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use its_test_support::{NvmlStub, wait_until};
use nvml_wrapper::error::NvmlError;
use serde_json::{Value, json};

use crate::support::{call, open, try_open};

const LONG: Duration = Duration::from_secs(60);

#[test]
fn init_fails_with_the_scenarios_code() {
    for (code, name) in
        [(9, "DriverNotLoaded"), (18, "LibRmVersionMismatch"), (4, "NoPermission"), (999, "Unknown")]
    {
        let stub = NvmlStub::start(&json!({ "init": code }));
        let error = try_open(&stub).expect_err("init fails");
        assert_eq!(format!("{error:?}"), name);
        stub.patch(&json!({ "init": 0 }));
        assert!(try_open(&stub).is_ok());
    }
}

#[test]
fn there_may_be_no_gpu() {
    for scenario in [json!({ "count": 0 }), json!({ "gpus": [] })] {
        let stub = NvmlStub::start(&scenario);
        assert_eq!(open(&stub).device_count().ok(), Some(0), "{scenario}");
    }
}

#[test]
fn a_code_or_a_lack_of_support_is_of_one_function_and_one_gpu() {
    let stub = NvmlStub::start(&json!({
        "count": 2,
        "codes": { "nvmlDeviceGetPerformanceState": 27 },
        "gpus": [{ "not_supported": ["nvmlDeviceGetMemoryInfo_v2"], "codes": { "nvmlDeviceGetPowerUsage": 4 } }],
    }));
    let nvml = open(&stub);
    let device = |index| nvml.device_by_index(index).expect("the GPU is there");
    assert!(matches!(device(0).memory_info(), Err(NvmlError::NotSupported)));
    assert!(matches!(device(0).power_usage(), Err(NvmlError::NoPermission)));
    assert!(device(0).bar1_memory_info().is_ok());
    assert!(device(1).memory_info().is_ok());
    assert!(device(1).power_usage().is_ok());
    for index in [0, 1] {
        // nvml-wrapper has no variant for NOT_READY.
        assert!(matches!(device(index).performance_state(), Err(NvmlError::UnexpectedVariant(27))));
    }
    // 0 takes a code back.
    stub.patch(&json!({ "codes": { "nvmlDeviceGetPerformanceState": 0 } }));
    assert!(device(0).performance_state().is_ok());
}

#[test]
fn a_lost_gpu_fails_everywhere_and_alone_and_comes_back() {
    let stub = NvmlStub::start(&json!({ "count": 3 }));
    let nvml = open(&stub);
    let devices: Vec<_> =
        (0..3).map(|index| nvml.device_by_index(index).expect("the GPU is there")).collect();
    let uuid = devices[1].uuid().expect("a GPU has a UUID");
    stub.patch(&json!({ "gpus": { "1": { "lost": true } } }));
    assert_eq!(nvml.device_count().ok(), Some(3));
    assert!(matches!(
        devices[1].temperature(nvml_wrapper::enum_wrappers::device::TemperatureSensor::Gpu),
        Err(NvmlError::GpuLost)
    ));
    assert!(matches!(devices[1].uuid(), Err(NvmlError::GpuLost)));
    assert!(matches!(nvml.device_by_index(1), Err(NvmlError::GpuLost)));
    assert!(matches!(nvml.device_by_uuid(uuid.as_str()), Err(NvmlError::GpuLost)));
    assert!(devices[0].uuid().is_ok() && devices[2].uuid().is_ok());
    stub.patch(&json!({ "gpus": { "1": { "lost": false } } }));
    assert_eq!(devices[1].uuid().ok(), Some(uuid));
}

#[test]
fn a_gpu_that_needs_a_reset_says_so_everywhere() {
    let stub = NvmlStub::start(&json!({ "count": 2 }));
    let nvml = open(&stub);
    let device = nvml.device_by_index(0).expect("the GPU is there");
    stub.patch(&json!({ "gpus": { "0": { "fails_with": 16 } } }));
    assert!(matches!(device.power_usage(), Err(NvmlError::ResetRequired)));
    assert!(matches!(nvml.device_by_index(0), Err(NvmlError::ResetRequired)));
    assert!(nvml.device_by_index(1).and_then(|device| device.power_usage()).is_ok());
}

#[test]
fn a_gpu_can_be_lost_in_the_middle() {
    let stub = NvmlStub::start(&json!({ "count": 2 }));
    let nvml = open(&stub);
    let (first, second) = (nvml.device_by_index(0).expect("there"), nvml.device_by_index(1).expect("there"));
    stub.patch(&json!({ "gpus": { "0": { "lost_after_calls": 2 } } }));
    assert!(first.power_usage().is_ok() && first.memory_info().is_ok() && second.power_usage().is_ok());
    assert!(matches!(first.power_usage(), Err(NvmlError::GpuLost)));
    assert!(matches!(first.power_usage(), Err(NvmlError::GpuLost)));
    assert!(second.power_usage().is_ok());
    assert_eq!(stub.scenario()["gpus"][0]["lost"], true);
}

#[test]
fn a_reload_needs_init_and_new_handles_and_starts_energy_again() {
    let stub = NvmlStub::start(&json!({ "count": 2 }));
    let nvml = open(&stub);
    let old = nvml.device_by_index(0).expect("the GPU is there");
    let uuid = old.uuid().expect("a GPU has a UUID");
    assert!(old.total_energy_consumption().expect("there is a counter") > 0);
    stub.patch(&json!({ "reload": true, "order": [1, 0] }));
    assert!(matches!(old.power_usage(), Err(NvmlError::Uninitialized)));
    assert!(matches!(nvml.device_count(), Err(NvmlError::Uninitialized)));

    let again = open(&stub);
    assert!(matches!(old.power_usage(), Err(NvmlError::GpuLost)));
    let new = again.device_by_uuid(uuid.as_str()).expect("it is still there");
    assert_eq!(new.index().ok(), Some(1));
    assert_eq!(new.total_energy_consumption().ok(), Some(0));
    assert_eq!(again.device_by_index(1).and_then(|device| device.uuid()).ok(), Some(uuid));
}

#[test]
fn a_call_hangs_for_its_time_without_holding_up_others() {
    let stub =
        NvmlStub::start(&json!({ "count": 2, "gpus": [{ "hang": { "nvmlDeviceGetPowerUsage": 150 } }] }));
    let nvml = open(&stub);
    let start = Instant::now();
    assert!(nvml.device_by_index(1).and_then(|device| device.power_usage()).is_ok());
    let device = nvml.device_by_index(0).expect("the GPU is there");
    assert!(device.memory_info().is_ok());
    assert!(device.power_usage().is_ok());
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[test]
fn a_wedged_call_can_be_released() {
    let stub = NvmlStub::start(&json!({ "hang": { "nvmlDeviceGetPowerUsage": 600_000 } }));
    let nvml = open(&stub);
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let reader = || nvml.device_by_index(0).and_then(|device| device.power_usage());
        scope.spawn(move || sender.send(reader().is_ok()));
        wait_until(LONG, "call", || match stub.calls("nvmlDeviceGetPowerUsage") {
            1 => Ok(()),
            calls => Err(format!("{calls} calls")),
        });
        // Another function is not held up.
        assert_eq!(nvml.device_count().ok(), Some(1));
        assert!(receiver.try_recv().is_err());
        stub.patch(&json!({ "hang": { "nvmlDeviceGetPowerUsage": 0 } }));
        assert_eq!(receiver.recv_timeout(LONG), Ok(true));
    });
}

#[test]
fn garbage_is_a_success() {
    let stub = NvmlStub::start(&json!({ "each": { "garbage": true } }));
    let nvml = open(&stub);
    let device = nvml.device_by_index(0).expect("the GPU is there");
    assert!(device.uuid().expect("the identity stays").starts_with("GPU-"));
    assert_eq!(device.utilization_rates().map(|rates| rates.gpu).ok(), Some(u32::MAX));
    let memory = device.memory_info().expect("a success");
    assert_eq!((memory.total, memory.used), (0, u64::MAX));
    assert_eq!(device.power_usage().ok(), Some(0));
}

#[test]
fn a_function_can_be_missing() {
    let stub = NvmlStub::without_symbol("nvmlDeviceGetMemoryInfo_v2", &json!({}));
    let nvml = open(&stub);
    let device = nvml.device_by_index(0).expect("the GPU is there");
    assert!(matches!(device.memory_info(), Err(NvmlError::FailedToLoadSymbol(_))));
    assert!(device.bar1_memory_info().is_ok());
    // SAFETY: plain numbers.
    let mut memory = unsafe { std::mem::zeroed() };
    // SAFETY: used while NVML is initialised.
    assert_eq!(call!(nvml, nvmlDeviceGetMemoryInfo(device.handle(), &mut memory)), 0);
    assert_eq!(memory.total, 85_520_809_984);
}

#[test]
fn each_function_can_be_missing_alone() {
    for name in NvmlStub::symbols() {
        let stub = NvmlStub::without_symbol(name, &json!({}));
        // SAFETY: only looked up, not called.
        let library = unsafe { libloading::Library::new(stub.path()) }.expect("the library loads");
        for other in NvmlStub::symbols() {
            // SAFETY: only looked up, not called.
            let found = unsafe { library.get::<unsafe extern "C" fn()>(other.as_bytes()) }.is_ok();
            assert_eq!(found, other != name, "{other} without {name}");
        }
    }
}

#[test]
fn copies_are_machines_of_their_own_and_a_path_is_one() {
    let (one, other) = (NvmlStub::start(&json!({ "count": 1 })), NvmlStub::start(&json!({ "count": 8 })));
    let (of_one, of_other, of_one_too) = (open(&one), open(&other), open(&one));
    one.patch(&json!({ "gpus": { "0": { "power": { "usage_mw": 1 } } } }));
    let power =
        |nvml: &nvml_wrapper::Nvml| nvml.device_by_index(0).and_then(|device| device.power_usage()).ok();
    assert_eq!((power(&of_one), power(&of_one_too), power(&of_other)), (Some(1), Some(1), Some(312_500)));
    assert_eq!((of_one.device_count().ok(), of_other.device_count().ok()), (Some(1), Some(8)));
    assert_eq!((one.calls("nvmlDeviceGetPowerUsage"), other.calls("nvmlDeviceGetPowerUsage")), (2, 1));
    one.reset_calls();
    assert!(one.all_calls().is_empty());
    assert_eq!(other.all_calls()["nvmlDeviceGetCount_v2"], 1);
}

#[test]
fn a_scenario_that_makes_no_sense_is_refused() {
    let stub = NvmlStub::start(&json!({}));
    let refused = |scenario: &Value| std::panic::catch_unwind(|| stub.set(scenario)).is_err();
    assert!(refused(&json!({ "gpu": [] })));
    assert!(refused(&json!({ "gpus": [{ "temperature": { "hotspot": 3 } }] })));
    assert!(refused(&json!({ "codes": { "nvmlDeviceGetPower": 3 } })));
    assert!(refused(&json!({ "gpus": { "1": {} } })));
    assert!(refused(&json!({ "order": [1] })));
    assert!(refused(&json!({ "count": 2, "each": { "uuid": "GPU-twin" } })));
    assert!(std::panic::catch_unwind(|| stub.patch(&json!({ "gpus": { "7": { "lost": true } } }))).is_err());
    assert!(std::panic::catch_unwind(|| stub.push_xid("GPU-none", 79)).is_err());
    // What was there is still there.
    assert_eq!(open(&stub).device_count().ok(), Some(1));
}

#[test]
fn a_live_gpus_energy_grows_with_its_power() {
    let start = Instant::now();
    let stub = NvmlStub::start(
        &json!({ "each": { "live": true, "energy_mj": 0, "power": { "usage_mw": 400_000 } } }),
    );
    let nvml = open(&stub);
    let device = nvml.device_by_index(0).expect("the GPU is there");
    let energy = || device.total_energy_consumption().expect("there is a counter");
    let grown =
        wait_until(LONG, "joule", || Some(energy()).filter(|&mj| mj > 20_000).ok_or("less".to_owned()));
    assert!(grown as f64 <= start.elapsed().as_secs_f64() * 400_000.0);
    // Stopping it keeps what was drawn.
    stub.patch(&json!({ "each": { "live": false } }));
    let stopped = energy();
    assert!(stopped >= grown);
    assert_eq!(energy(), stopped);
}
