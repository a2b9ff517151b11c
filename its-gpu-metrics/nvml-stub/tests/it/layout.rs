//! The structures as NVIDIA's header (interface 13) lays them out on x86-64.

use std::mem::{offset_of, size_of};

use nvml_wrapper_sys::bindings::*;

macro_rules! layouts {
    ($($type:ident: $size:literal { $($field:ident: $offset:literal),+ $(,)? })+) => {$(
        assert_eq!(size_of::<$type>(), $size, stringify!($type));
        $(assert_eq!(offset_of!($type, $field), $offset, concat!(stringify!($type), ".", stringify!($field)));)+
    )+};
}

#[test]
fn structures_are_laid_out_as_in_the_header() {
    layouts! {
        nvmlMemory_v2_t: 40 { version: 0, total: 8, reserved: 16, free: 24, used: 32 }
        nvmlMemory_t: 24 { total: 0, free: 8, used: 16 }
        nvmlBAR1Memory_t: 24 { bar1Total: 0, bar1Free: 8, bar1Used: 16 }
        nvmlUtilization_t: 8 { gpu: 0, memory: 4 }
        nvmlPciInfo_t: 68 {
            busIdLegacy: 0, domain: 16, bus: 20, device: 24, pciDeviceId: 28, pciSubSystemId: 32, busId: 36
        }
        nvmlFieldValue_t: 40 {
            fieldId: 0, scopeId: 4, timestamp: 8, latencyUsec: 16, valueType: 24, nvmlReturn: 28, value: 32
        }
        nvmlEventData_t: 32 {
            device: 0, eventType: 8, eventData: 16, gpuInstanceId: 24, computeInstanceId: 28
        }
        nvmlProcessInfo_t: 24 { pid: 0, usedGpuMemory: 8, gpuInstanceId: 16, computeInstanceId: 20 }
        nvmlProcessUtilizationSample_t: 32 {
            pid: 0, timeStamp: 8, smUtil: 16, memUtil: 20, encUtil: 24, decUtil: 28
        }
        nvmlViolationTime_t: 16 { referenceTime: 0, violationTime: 8 }
        nvmlDeviceAttributes_t: 40 {
            multiprocessorCount: 0, sharedCopyEngineCount: 4, sharedDecoderCount: 8, sharedEncoderCount: 12,
            sharedJpegCount: 16, sharedOfaCount: 20, gpuInstanceSliceCount: 24, computeInstanceSliceCount: 28,
            memorySizeMB: 32,
        }
        nvmlGpmSupport_t: 8 { version: 0, isSupportedDevice: 4 }
        nvmlGpmMetric_t: 40 { metricId: 0, nvmlReturn: 4, value: 8, metricInfo: 16 }
        // The header's newer array is longer; what precedes it is the same.
        nvmlGpmMetricsGet_t: 8424 { version: 0, numMetrics: 4, sample1: 8, sample2: 16, metrics: 24 }
        nvmlEccSramErrorStatus_t: 104 {
            version: 0, aggregateUncParity: 8, aggregateUncSecDed: 16, aggregateCor: 24, volatileUncParity: 32,
            volatileUncSecDed: 40, volatileCor: 48, aggregateUncBucketL2: 56, aggregateUncBucketSm: 64,
            aggregateUncBucketPcie: 72, aggregateUncBucketMcu: 80, aggregateUncBucketOther: 88,
            bThresholdExceeded: 96,
        }
        nvmlMarginTemperature_t: 8 { version: 0, marginTemperature: 4 }
        nvmlGpuFabricInfoV_t: 40 {
            version: 0, clusterUuid: 4, status: 20, cliqueId: 24, state: 28, healthMask: 32, healthSummary: 36
        }
        nvmlRowRemapperHistogramValues_t: 20 { max: 0, high: 4, partial: 8, low: 12, none: 16 }
    }
}
