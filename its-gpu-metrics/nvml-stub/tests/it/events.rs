//! Event sets: blocking, order, repeats, and how a wait ends otherwise.

use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use its_test_support::{NvmlStub, wait_until};
use nvml_wrapper::Nvml;
use nvml_wrapper::bitmasks::event::EventTypes;
use nvml_wrapper::enums::event::XidError;
use nvml_wrapper::error::NvmlError;
use nvml_wrapper_sys::bindings::{nvmlEventData_t, nvmlEventSet_t};
use serde_json::json;

use crate::support::{call, open};

const XID: u64 = 8;
const TIMEOUT: u32 = 10;
const GPU_IS_LOST: u32 = 15;
/// Long enough for any test; a wait that lasts so long has not ended for the reason that is tested.
const LONG: Duration = Duration::from_secs(60);

/// A set that is registered for the critical Xids of a GPU.
fn registered(nvml: &Nvml, index: u32) -> nvmlEventSet_t {
    let device = nvml.device_by_index(index).expect("the GPU is there");
    let mut set = std::ptr::null_mut();
    assert_eq!(call!(nvml, nvmlEventSetCreate(&mut set)), 0);
    // SAFETY: used while NVML is initialised.
    assert_eq!(call!(nvml, nvmlDeviceRegisterEvents(device.handle(), XID, set)), 0);
    set
}

/// Waits for an event, with the raw function that keeps the MIG instance.
fn wait(nvml: &Nvml, set: nvmlEventSet_t, timeout_ms: u32) -> Result<nvmlEventData_t, u32> {
    // SAFETY: plain numbers and a pointer.
    let mut data = unsafe { std::mem::zeroed() };
    match call!(nvml, nvmlEventSetWait_v2(set, &mut data, timeout_ms)) {
        0 => Ok(data),
        code => Err(code),
    }
}

fn uuid(nvml: &Nvml, index: u32) -> String {
    nvml.device_by_index(index).and_then(|device| device.uuid()).expect("the GPU is there")
}

/// Waits in another thread, acts once the wait has begun, and gives what the wait gave.
fn during_wait(stub: &NvmlStub, nvml: &Nvml, set: nvmlEventSet_t, act: impl FnOnce()) -> Result<u64, u32> {
    let set = set.expose_provenance();
    stub.reset_calls();
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        scope.spawn(move || {
            let set = std::ptr::with_exposed_provenance_mut(set);
            sender.send(wait(nvml, set, LONG.as_millis() as u32).map(|data| data.eventData))
        });
        wait_until(LONG, "call of the wait", || match stub.calls("nvmlEventSetWait_v2") {
            1 => Ok(()),
            calls => Err(format!("{calls} calls")),
        });
        act();
        receiver.recv_timeout(LONG / 2).expect("the wait ends before its own timeout")
    })
}

#[test]
fn events_are_told_in_order_with_repeats_and_only_to_their_sets() {
    let stub = NvmlStub::start(&json!({ "count": 2 }));
    let nvml = open(&stub);
    let (first, second) = (registered(&nvml, 0), registered(&nvml, 1));
    let gpu = uuid(&nvml, 0);
    for xid in [79, 48, 48, 999, 48] {
        assert_eq!(stub.push_xid(&gpu, xid), 1);
    }
    // Of a type for which no set is registered.
    assert_eq!(stub.push_event(&json!({ "gpu": gpu, "type": 4 })), 0);
    let told: Vec<_> = (0..5).map(|_| wait(&nvml, first, 0).expect("it happened").eventData).collect();
    assert_eq!(told, [79, 48, 48, 999, 48]);
    assert_eq!(wait(&nvml, first, 0).err(), Some(TIMEOUT));
    assert_eq!(wait(&nvml, second, 0).err(), Some(TIMEOUT));
}

#[test]
fn an_event_names_its_gpu_and_mig_instance() {
    let stub = NvmlStub::start(&json!({}));
    let nvml = open(&stub);
    let set = registered(&nvml, 0);
    let gpu = uuid(&nvml, 0);
    stub.push_event(
        &json!({ "gpu": gpu, "type": XID, "data": 94, "gpu_instance": 9, "compute_instance": 1 }),
    );
    stub.push_xid(&gpu, 43);
    let of_instance = wait(&nvml, set, 0).expect("it happened");
    let of_gpu = wait(&nvml, set, 0).expect("it happened");
    assert_eq!((of_instance.gpuInstanceId, of_instance.computeInstanceId), (9, 1));
    assert_eq!((of_gpu.gpuInstanceId, of_gpu.computeInstanceId), (u32::MAX, u32::MAX));
    // SAFETY: used while NVML is initialised.
    let own = unsafe { nvml.device_by_index(0).expect("the GPU is there").handle() };
    assert_eq!((of_instance.device, of_instance.eventType), (own, XID));
}

#[test]
fn the_wrappers_own_set_tells_the_same() {
    let stub = NvmlStub::start(&json!({}));
    let nvml = open(&stub);
    let device = nvml.device_by_index(0).expect("the GPU is there");
    let set = nvml.create_event_set().expect("sets can be created");
    let set = device.register_events(EventTypes::CRITICAL_XID_ERROR, set).expect("Xids are supported");
    stub.push_xid(&uuid(&nvml, 0), 999);
    let data = set.wait(0).expect("it happened");
    assert!(matches!(data.event_data, Some(XidError::Unknown)), "{data:?}");
    assert!(matches!(set.wait(0), Err(NvmlError::Timeout)));
    set.release_events().expect("it exists");
}

#[test]
fn a_wait_without_events_lasts_as_long_as_asked() {
    let stub = NvmlStub::start(&json!({}));
    let nvml = open(&stub);
    let set = registered(&nvml, 0);
    let start = Instant::now();
    assert_eq!(wait(&nvml, set, 100).err(), Some(TIMEOUT));
    assert!(start.elapsed() >= Duration::from_millis(100));
}

#[test]
fn a_blocked_wait_ends_with_what_happens() {
    let stub = NvmlStub::start(&json!({ "count": 2 }));
    let nvml = open(&stub);
    let gpu = uuid(&nvml, 0);
    let set = registered(&nvml, 0);
    let event = during_wait(&stub, &nvml, set, || assert_eq!(stub.push_xid(&gpu, 62), 1));
    assert_eq!(event, Ok(62));

    let other_lost = during_wait(&stub, &nvml, set, || {
        stub.patch(&json!({ "gpus": { "1": { "lost": true } } }));
        stub.push_xid(&gpu, 63);
    });
    assert_eq!(other_lost, Ok(63));

    let lose = || stub.patch(&json!({ "gpus": { "0": { "lost": true } } }));
    assert_eq!(during_wait(&stub, &nvml, set, lose), Err(GPU_IS_LOST));
    stub.patch(&json!({ "gpus": { "0": { "lost": false } } }));

    let fail = || stub.patch(&json!({ "gpus": { "0": { "codes": { "nvmlEventSetWait_v2": 999 } } } }));
    assert_eq!(during_wait(&stub, &nvml, set, fail), Err(999));
    stub.patch(&json!({ "gpus": { "0": { "codes": { "nvmlEventSetWait_v2": 0 } } } }));

    let fail_all = || stub.patch(&json!({ "codes": { "nvmlEventSetWait_v2": 4 } }));
    assert_eq!(during_wait(&stub, &nvml, set, fail_all), Err(4));
    stub.patch(&json!({ "codes": { "nvmlEventSetWait_v2": 0 } }));

    let free = || assert_eq!(call!(nvml, nvmlEventSetFree(set)), 0);
    assert_eq!(during_wait(&stub, &nvml, set, free), Err(2));

    let set = registered(&nvml, 0);
    let reload = || stub.patch(&json!({ "reload": true }));
    assert_eq!(during_wait(&stub, &nvml, set, reload), Err(1));
}

#[test]
fn what_happened_before_a_loss_is_told_first() {
    let stub = NvmlStub::start(&json!({}));
    let nvml = open(&stub);
    let set = registered(&nvml, 0);
    stub.push_xid(&uuid(&nvml, 0), 79);
    stub.patch(&json!({ "gpus": { "0": { "lost": true } } }));
    assert_eq!(wait(&nvml, set, 0).map(|data| data.eventData), Ok(79));
    let start = Instant::now();
    assert_eq!(wait(&nvml, set, LONG.as_millis() as u32).err(), Some(GPU_IS_LOST));
    assert!(start.elapsed() < LONG / 2);
}

#[test]
fn unsupported_types_and_failing_functions_refuse_a_registration() {
    let stub = NvmlStub::start(&json!({ "each": { "supported_events": 8 } }));
    let nvml = open(&stub);
    let device = nvml.device_by_index(0).expect("the GPU is there");
    assert_eq!(device.supported_event_types().ok(), Some(EventTypes::CRITICAL_XID_ERROR));
    let set = nvml.create_event_set().expect("sets can be created");
    let refused = device.register_events(EventTypes::PSTATE_CHANGE, set).map(|_| ());
    assert!(matches!(refused.map_err(|error| error.error), Err(NvmlError::NotSupported)));
    stub.patch(&json!({ "codes": { "nvmlEventSetCreate": 20 } }));
    assert!(matches!(nvml.create_event_set(), Err(NvmlError::InsufficientMemory)));
}
