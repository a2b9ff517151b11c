//! MIG devices, and GPM of whole GPUs and of their instances.

use its_test_support::NvmlStub;
use nvml_wrapper::enums::gpm::GpmMetricId;
use nvml_wrapper::error::NvmlError;
use nvml_wrapper::gpm::gpm_metrics_get;
use nvml_wrapper::{Device, Nvml};
use serde_json::{Value, json};

use crate::support::{call, open};

fn partitioned() -> Value {
    json!({ "each": {
        "mig": { "enabled": true, "pending": true, "instances": [
            { "gpu_instance": 3, "profile": "2g.20gb", "memory": { "total": 21_000, "reserved": 0, "used": 1_000 },
              "attributes": { "gpu_instance_slices": 2, "memory_mib": 20_096 }, "gpm": { "2": 12.5 } },
            { "index": 4, "uuid": "MIG-of-a-camera", "gpu_instance": 9, "compute_instance": 1 },
        ] },
        "processes": { "compute": [
            { "pid": 11, "memory": 5, "gpu_instance": 3, "compute_instance": 0 },
            { "pid": 12, "gpu_instance": 9, "compute_instance": 1 },
        ] },
    } })
}

fn first(nvml: &Nvml) -> Device<'_> {
    nvml.device_by_index(0).expect("there is a GPU")
}

fn id_of(nvml: &Nvml, device: &Device<'_>) -> (u32, u32) {
    let (mut gpu, mut compute) = (0, 0);
    // SAFETY: used while NVML is initialised.
    let handle = unsafe { device.handle() };
    assert_eq!(call!(nvml, nvmlDeviceGetGpuInstanceId(handle, &mut gpu)), 0);
    assert_eq!(call!(nvml, nvmlDeviceGetComputeInstanceId(handle, &mut compute)), 0);
    (gpu, compute)
}

#[test]
fn instances_have_their_own_identity_memory_and_processes() {
    let stub = NvmlStub::start(&partitioned());
    let nvml = open(&stub);
    let gpu = first(&nvml);
    assert_eq!(gpu.mig_device_count().ok(), Some(7));
    let mode = gpu.mig_mode().expect("it has MIG");
    assert_eq!((mode.current, mode.pending), (1, 1));

    let small = gpu.mig_device_by_index(0).expect("listed first");
    assert_eq!(id_of(&nvml, &small), (3, 0));
    assert_eq!(small.name().ok().as_deref(), Some("NVIDIA H100 80GB HBM3 MIG 2g.20gb"));
    let memory = small.memory_info().expect("an instance has memory");
    assert_eq!((memory.total, memory.used, memory.free), (21_000, 1_000, 20_000));
    let attributes = small.attributes().expect("an instance has attributes");
    assert_eq!((attributes.gpu_instance_slice_count, attributes.memory_size_mb), (2, 20_096));
    let of_gpu = gpu.running_compute_processes().expect("all of them");
    let of_instance = small.running_compute_processes().expect("its own");
    assert_eq!(of_gpu.iter().map(|process| process.pid).collect::<Vec<_>>(), [11, 12]);
    assert_eq!(of_instance.iter().map(|process| process.pid).collect::<Vec<_>>(), [11]);

    assert!(matches!(gpu.mig_device_by_index(1), Err(NvmlError::NotFound)));
    let other = gpu.mig_device_by_index(4).expect("listed there");
    assert_eq!(id_of(&nvml, &other), (9, 1));
    let by_uuid = nvml.device_by_uuid("MIG-of-a-camera").expect("found by UUID");
    assert_eq!(by_uuid.mig_is_mig_device_handle().ok(), Some(true));
    assert_eq!(by_uuid.mig_parent_device().and_then(|parent| parent.uuid()).ok(), gpu.uuid().ok());
    assert_eq!(gpu.mig_is_mig_device_handle().ok(), Some(false));
    assert!(matches!(gpu.mig_parent_device(), Err(NvmlError::InvalidArg)));
    assert!(matches!(gpu.mig_device_by_index(7), Err(NvmlError::InvalidArg)));
}

#[test]
fn instances_do_not_support_what_is_of_the_whole_gpu() {
    let stub = NvmlStub::start(&partitioned());
    let nvml = open(&stub);
    let gpu = first(&nvml);
    let instance = gpu.mig_device_by_index(0).expect("listed first");
    assert!(matches!(instance.utilization_rates(), Err(NvmlError::NotSupported)));
    assert!(matches!(instance.encoder_utilization(), Err(NvmlError::NotSupported)));
    assert!(matches!(instance.decoder_utilization(), Err(NvmlError::NotSupported)));
    assert!(matches!(gpu.process_utilization_stats(None), Err(NvmlError::NotSupported)));
    // SAFETY: used while NVML is initialised.
    assert_eq!(call!(nvml, nvmlDeviceGetGpuInstanceId(gpu.handle(), &mut 0)), 3);
}

#[test]
fn mig_can_be_switched_on_and_off() {
    let stub = NvmlStub::start(&partitioned());
    let nvml = open(&stub);
    let gpu = first(&nvml);
    let instance = gpu.mig_device_by_index(0).expect("listed first");
    stub.patch(&json!({ "each": { "mig": { "enabled": false } } }));
    assert!(matches!(gpu.mig_device_by_index(0), Err(NvmlError::NotFound)));
    assert!(matches!(instance.memory_info(), Err(NvmlError::InvalidArg)));
    stub.patch(&json!({ "each": { "mig": { "max_instances": 0 } } }));
    assert!(matches!(gpu.mig_mode(), Err(NvmlError::NotSupported)));
}

#[test]
fn idle_is_not_an_error_of_process_utilization() {
    let stub = NvmlStub::start(&json!({ "each": {
        "process_utilization": [
            { "pid": 5, "timestamp_us": 100, "sm": 40, "memory": 30, "encoder": 20, "decoder": 10 },
            { "pid": 6, "timestamp_us": 200, "sm": 1 },
        ],
    } }));
    let nvml = open(&stub);
    let gpu = first(&nvml);
    let all = gpu.process_utilization_stats(None).expect("two samples");
    assert_eq!(all.iter().map(|sample| (sample.pid, sample.sm_util)).collect::<Vec<_>>(), [(5, 40), (6, 1)]);
    assert_eq!(gpu.process_utilization_stats(100).map(|newer| newer.len()).ok(), Some(1));
    assert!(matches!(gpu.process_utilization_stats(200), Err(NvmlError::NotFound)));
}

#[test]
fn gpm_gives_the_rates_between_two_samples() {
    let stub = NvmlStub::start(&partitioned());
    let nvml = open(&stub);
    let gpu = first(&nvml);
    assert_eq!(gpu.gpm_support().ok(), Some(true));
    let before = gpu.gpm_sample().expect("supported");
    stub.patch(&json!({ "each": { "gpm": { "metrics": { "2": 77.5 } } } }));
    let after = gpu.gpm_sample().expect("supported");
    let asked = [GpmMetricId::SmUtil, GpmMetricId::DfmaTensorUtil];
    let metrics = gpm_metrics_get(&nvml, &before, &after, &asked).expect("both are taken");
    assert_eq!(metrics.len(), 2);
    assert_eq!(metrics[0].as_ref().map(|metric| metric.value).ok(), Some(77.5));
    assert!(matches!(metrics[1], Err(NvmlError::NotSupported)));

    // One sample twice, and samples of different things.
    assert!(matches!(gpm_metrics_get(&nvml, &before, &before, &asked), Err(NvmlError::InvalidArg)));
    let of_instance = gpu.gpm_mig_sample(3).expect("supported");
    assert!(matches!(gpm_metrics_get(&nvml, &before, &of_instance, &asked), Err(NvmlError::InvalidArg)));
    let later = gpu.gpm_mig_sample(3).expect("supported");
    let metrics = gpm_metrics_get(&nvml, &of_instance, &later, &asked[..1]).expect("both are taken");
    assert_eq!(metrics[0].as_ref().map(|metric| metric.value).ok(), Some(12.5));
    assert!(matches!(gpu.gpm_mig_sample(5).map(|_| ()), Err(NvmlError::NotFound)));
}

#[test]
fn gpm_needs_its_version_and_writes_only_what_is_asked() {
    let stub = NvmlStub::start(&json!({}));
    let nvml = open(&stub);
    let gpu = first(&nvml);
    let (before, after) = (gpu.gpm_sample().expect("supported"), gpu.gpm_sample().expect("supported"));
    // SAFETY: plain numbers and pointers.
    let mut request: nvml_wrapper_sys::bindings::nvmlGpmMetricsGet_t = unsafe { std::mem::zeroed() };
    // SAFETY: used while the samples live.
    (request.sample1, request.sample2) = unsafe { (before.handle(), after.handle()) };
    assert_eq!(call!(nvml, nvmlGpmMetricsGet(&mut request)), 25);
    request.version = 1;
    request.numMetrics = 1;
    for metric in &mut request.metrics {
        metric.metricId = 2;
        metric.nvmlReturn = 4_321;
    }
    assert_eq!(call!(nvml, nvmlGpmMetricsGet(&mut request)), 0);
    assert_eq!((request.metrics[0].nvmlReturn, request.metrics[0].value), (0, 36.25));
    assert!(request.metrics[1..].iter().all(|metric| metric.nvmlReturn == 4_321 && metric.value == 0.0));
    request.numMetrics = 334;
    assert_eq!(call!(nvml, nvmlGpmMetricsGet(&mut request)), 2);
    stub.patch(&json!({ "each": { "gpm": { "supported": false } } }));
    assert_eq!(gpu.gpm_support().ok(), Some(false));
    assert!(matches!(gpu.gpm_sample().map(|_| ()), Err(NvmlError::NotSupported)));
}
