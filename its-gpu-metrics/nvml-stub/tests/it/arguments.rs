//! What NVML says of a caller's buffers, versions and handles.

use std::ffi::c_uint;
use std::mem::MaybeUninit;
use std::ptr;

use its_test_support::NvmlStub;
use nvml_wrapper::Nvml;
use nvml_wrapper::error::NvmlError;
use nvml_wrapper_sys::bindings::{
    nvmlDevice_t, nvmlEccSramErrorStatus_t, nvmlGpmSupport_t, nvmlGpuFabricInfoV_t, nvmlMarginTemperature_t,
    nvmlMemory_v2_t, nvmlProcessInfo_t,
};
use serde_json::json;

use crate::support::{call, open};

const INVALID_ARGUMENT: c_uint = 2;
const INSUFFICIENT_SIZE: c_uint = 7;
const ARGUMENT_VERSION_MISMATCH: c_uint = 25;

fn first(nvml: &Nvml) -> nvmlDevice_t {
    let device = nvml.device_by_index(0).expect("there is a GPU");
    // SAFETY: used while NVML is initialised.
    unsafe { device.handle() }
}

#[test]
fn a_list_without_a_buffer_gives_its_length() {
    let stub =
        NvmlStub::start(&json!({ "each": { "processes": { "compute": [{ "pid": 7 }, { "pid": 8 }] } } }));
    let nvml = open(&stub);
    let device = first(&nvml);
    let list = nvml.lib().nvmlDeviceGetComputeRunningProcesses_v3.as_ref().expect("exported");
    let mut infos = [const { MaybeUninit::<nvmlProcessInfo_t>::uninit() }; 4];
    let buffer = infos.as_mut_ptr().cast();
    // SAFETY: the counts are not above the buffer's.
    unsafe {
        let mut count = 0;
        assert_eq!(list(device, &mut count, ptr::null_mut()), INSUFFICIENT_SIZE);
        assert_eq!(count, 2);
        count = 1;
        assert_eq!(list(device, &mut count, buffer), INSUFFICIENT_SIZE);
        assert_eq!(count, 2);
        count = 4;
        assert_eq!(list(device, &mut count, buffer), 0);
        assert_eq!(count, 2);
        assert_eq!(list(device, ptr::null_mut(), buffer), INVALID_ARGUMENT);
    }
    // SAFETY: the last call filled two.
    let second = unsafe { infos[1].assume_init() };
    // All ones: the driver does not know.
    assert_eq!((second.pid, second.usedGpuMemory, second.gpuInstanceId), (8, u64::MAX, u32::MAX));

    stub.patch(&json!({ "each": { "processes": { "compute": [] } } }));
    let mut count = 0;
    // SAFETY: no buffer is needed for none.
    assert_eq!(unsafe { list(device, &mut count, ptr::null_mut()) }, 0);
}

#[test]
fn a_short_text_buffer_is_refused_and_left_alone() {
    let stub = NvmlStub::start(&json!({}));
    let nvml = open(&stub);
    let device = first(&nvml);
    let uuid = nvml.lib().nvmlDeviceGetUUID.as_ref().expect("exported");
    let mut buffer = [1; 41];
    // SAFETY: the lengths are not above the buffer's.
    unsafe {
        assert_eq!(uuid(device, buffer.as_mut_ptr(), 40), INSUFFICIENT_SIZE);
        assert_eq!(buffer, [1; 41]);
        assert_eq!(uuid(device, buffer.as_mut_ptr(), 41), 0);
        assert_eq!(uuid(device, ptr::null_mut(), 41), INVALID_ARGUMENT);
    }
    assert_eq!(buffer[40], 0);
}

#[test]
fn an_unknown_structure_version_is_a_mismatch() {
    let stub = NvmlStub::start(&json!({}));
    let nvml = open(&stub);
    let device = first(&nvml);
    let lib = nvml.lib();
    macro_rules! refuses {
        ($function:ident, $type:ty, $right:literal) => {
            // SAFETY: the structures are plain numbers.
            unsafe {
                let function = lib.$function.as_ref().expect("exported");
                let mut structure: $type = std::mem::zeroed();
                for wrong in [0, 1, $right + 1, 99] {
                    structure.version = wrong;
                    if wrong != $right {
                        let code = function(device, &mut structure);
                        assert_eq!(code, ARGUMENT_VERSION_MISMATCH, "{} {wrong}", stringify!($function));
                    }
                }
                structure.version = $right;
                assert_eq!(function(device, &mut structure), 0, stringify!($function));
                assert_eq!(function(device, ptr::null_mut()), INVALID_ARGUMENT);
            }
        };
    }
    refuses!(nvmlDeviceGetMemoryInfo_v2, nvmlMemory_v2_t, 0x0200_0028);
    refuses!(nvmlDeviceGetSramEccErrorStatus, nvmlEccSramErrorStatus_t, 0x0100_0068);
    refuses!(nvmlDeviceGetMarginTemperature, nvmlMarginTemperature_t, 0x0100_0008);
    refuses!(nvmlDeviceGetGpuFabricInfoV, nvmlGpuFabricInfoV_t, 0x0300_0028);
    refuses!(nvmlGpmQueryDeviceSupport, nvmlGpmSupport_t, 1);
}

#[test]
fn invented_handles_and_absent_devices_are_refused() {
    let stub = NvmlStub::start(&json!({}));
    let nvml = open(&stub);
    for invented in [ptr::null_mut(), ptr::without_provenance_mut(8), ptr::without_provenance_mut(usize::MAX)]
    {
        assert_eq!(call!(nvml, nvmlDeviceGetPowerUsage(invented, &mut 0)), INVALID_ARGUMENT);
    }
    assert!(matches!(nvml.device_by_index(1), Err(NvmlError::InvalidArg)));
    assert!(matches!(nvml.device_by_uuid("GPU-none"), Err(NvmlError::NotFound)));
    assert_eq!(call!(nvml, nvmlDeviceGetHandleByUUID(ptr::null(), &mut ptr::null_mut())), INVALID_ARGUMENT);
    assert_eq!(call!(nvml, nvmlDeviceGetPowerUsage(first(&nvml), ptr::null_mut())), INVALID_ARGUMENT);
    assert_eq!(call!(nvml, nvmlEventSetFree(ptr::without_provenance_mut(8))), INVALID_ARGUMENT);
    assert_eq!(call!(nvml, nvmlGpmSampleFree(ptr::null_mut())), INVALID_ARGUMENT);
}

#[test]
fn initialisations_are_counted() {
    let stub = NvmlStub::start(&json!({}));
    let outer = open(&stub);
    let inner = open(&stub);
    let device = outer.device_by_index(0).expect("there is a GPU");
    inner.shutdown().expect("it was initialised");
    assert!(device.power_usage().is_ok());
    assert_eq!(call!(outer, nvmlShutdown()), 0);
    assert!(matches!(device.power_usage(), Err(NvmlError::Uninitialized)));
    assert_eq!(call!(outer, nvmlShutdown()), 1);
    assert_eq!(call!(outer, nvmlInitWithFlags(1)), 0);
    assert!(device.power_usage().is_ok());
}

/// Calls each function with a device and the arguments after it, and asserts that it refuses them.
macro_rules! refuse {
    ($nvml:expr, $device:expr, $arguments:tt: $($function:ident)+) => {
        $(refuse!(@one $nvml, $device, $function $arguments);)+
    };
    (@one $nvml:expr, $device:expr, $function:ident ($($argument:expr),*)) => {
        assert_eq!(call!($nvml, $function($device, $($argument),*)), INVALID_ARGUMENT, stringify!($function));
    };
}

#[test]
fn a_null_output_is_refused_by_every_function() {
    let stub = NvmlStub::start(&json!({ "each": {
        "fans": [1], "process_utilization": [{ "pid": 1, "timestamp_us": 1 }],
    } }));
    let nvml = open(&stub);
    let device = first(&nvml);
    use std::ptr::null_mut as null;
    refuse!(nvml, device, (null()):
        nvmlDeviceGetIndex nvmlDeviceGetMinorNumber nvmlDeviceGetPciInfo_v3 nvmlDeviceGetArchitecture
        nvmlDeviceGetUtilizationRates nvmlDeviceGetMemoryInfo_v2 nvmlDeviceGetMemoryInfo
        nvmlDeviceGetBAR1MemoryInfo nvmlDeviceGetPowerUsage nvmlDeviceGetEnforcedPowerLimit
        nvmlDeviceGetTotalEnergyConsumption nvmlDeviceGetPerformanceState
        nvmlDeviceGetCurrentClocksThrottleReasons nvmlDeviceGetCurrentClocksEventReasons nvmlDeviceGetNumFans
        nvmlDeviceGetPcieReplayCounter nvmlDeviceGetCurrPcieLinkGeneration nvmlDeviceGetCurrPcieLinkWidth
        nvmlDeviceGetMaxPcieLinkGeneration nvmlDeviceGetMaxPcieLinkWidth
        nvmlDeviceGetRetiredPagesPendingStatus nvmlDeviceGetMaxMigDeviceCount nvmlDeviceIsMigDeviceHandle
        nvmlDeviceGetSupportedEventTypes nvmlGpmQueryDeviceSupport nvmlDeviceGetSramEccErrorStatus
        nvmlDeviceGetMarginTemperature nvmlDeviceGetGpuFabricInfoV nvmlDeviceGetRowRemapperHistogram
    );
    refuse!(nvml, device, (null(), null()):
        nvmlDeviceGetEncoderUtilization nvmlDeviceGetDecoderUtilization nvmlDeviceGetJpgUtilization
        nvmlDeviceGetOfaUtilization nvmlDeviceGetEccMode nvmlDeviceGetMigMode
        nvmlDeviceGetComputeRunningProcesses_v3 nvmlDeviceGetGraphicsRunningProcesses_v3
        nvmlDeviceGetMPSComputeRunningProcesses_v3
    );
    refuse!(nvml, device, (null(), 99):
        nvmlDeviceGetUUID nvmlDeviceGetName nvmlDeviceGetSerial nvmlDeviceGetVbiosVersion
    );
    refuse!(nvml, device, (0, null()):
        nvmlDeviceGetTemperature nvmlDeviceGetTemperatureThreshold nvmlDeviceGetClockInfo
        nvmlDeviceGetMaxClockInfo nvmlDeviceGetViolationStatus nvmlDeviceGetFanSpeed_v2
        nvmlDeviceGetPcieThroughput nvmlDeviceGetNvLinkState
    );
    refuse!(nvml, device, (1, null()): nvmlDeviceGetFieldValues);
    refuse!(nvml, device, (0, 0, null()): nvmlDeviceGetTotalEccErrors nvmlDeviceGetNvLinkErrorCounter);
    refuse!(nvml, device, (0, 0, 2, null()): nvmlDeviceGetMemoryErrorCounter);
    refuse!(nvml, device, (null(), null(), null()): nvmlDeviceGetEncoderStats);
    refuse!(nvml, device, (null(), null(), null(), null()): nvmlDeviceGetRemappedRows);
    refuse!(nvml, device, (null(), null(), 0): nvmlDeviceGetProcessUtilization);
    refuse!(nvml, device, (null()): nvmlGpmSampleGet);
    refuse!(nvml, device, (8, null()): nvmlDeviceRegisterEvents);
    for code in [
        call!(nvml, nvmlDeviceGetCount_v2(null())),
        call!(nvml, nvmlDeviceGetHandleByIndex_v2(0, null())),
        call!(nvml, nvmlSystemGetDriverVersion(null(), 99)),
        call!(nvml, nvmlSystemGetNVMLVersion(null(), 99)),
        call!(nvml, nvmlSystemGetCudaDriverVersion_v2(null())),
        call!(nvml, nvmlEventSetCreate(null())),
        call!(nvml, nvmlEventSetWait_v2(null(), null(), 0)),
        call!(nvml, nvmlGpmSampleAlloc(null())),
        call!(nvml, nvmlGpmMetricsGet(null())),
    ] {
        assert_eq!(code, INVALID_ARGUMENT);
    }
}

#[test]
fn an_argument_outside_of_its_range_is_refused() {
    let stub = NvmlStub::start(&json!({}));
    let nvml = open(&stub);
    let device = first(&nvml);
    refuse!(nvml, device, (99, &mut 0):
        nvmlDeviceGetTemperature nvmlDeviceGetTemperatureThreshold nvmlDeviceGetClockInfo
        nvmlDeviceGetMaxClockInfo nvmlDeviceGetPcieThroughput nvmlDeviceGetNvLinkState
    );
    refuse!(nvml, device, (9, 9, &mut 0): nvmlDeviceGetTotalEccErrors);
    refuse!(nvml, device, (0, 9, &mut 0): nvmlDeviceGetNvLinkErrorCounter);
    refuse!(nvml, device, (0, 0, 99, &mut 0): nvmlDeviceGetMemoryErrorCounter);
}

#[test]
fn every_code_has_a_text() {
    let stub = NvmlStub::start(&json!({}));
    let nvml = open(&stub);
    let mut texts = std::collections::BTreeSet::new();
    for code in (0..=30).chain([999]) {
        let text = call!(nvml, nvmlErrorString(code));
        // SAFETY: the text lives as long as the library.
        let text = unsafe { std::ffi::CStr::from_ptr(text) };
        assert!(texts.insert(text.to_owned()), "{text:?}");
    }
}
