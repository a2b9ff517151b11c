//! NVLink and the fabric behind it.

use std::ffi::{c_uint, c_ulonglong};

use nvml_wrapper_sys::bindings::{
    nvmlDevice_t, nvmlEnableState_t, nvmlGpuFabricInfo_v2_t, nvmlGpuFabricInfoV_t, nvmlNvLinkErrorCounter_t,
};

use super::enabled;
use crate::call::export;
use crate::code::{ARGUMENT_VERSION_MISMATCH, Code, INVALID_ARGUMENT, NOT_SUPPORTED};
use crate::memory::{read_in, write_out};
use crate::scenario::{Gpu, NvLink};

const FABRIC_V2: u32 = size_of::<nvmlGpuFabricInfo_v2_t>() as u32 | 2 << 24;
const FABRIC_V3: u32 = size_of::<nvmlGpuFabricInfoV_t>() as u32 | 3 << 24;
/// The links that NVML's interface can name.
const MAX_LINKS: u32 = 18;

export! {
    unsafe fn nvmlDeviceGetNvLinkState(
        call, device: nvmlDevice_t, link: c_uint, is_active: *mut nvmlEnableState_t,
    ) {
        let target = call.gpu(device)?;
        write_out(is_active, enabled(nvlink(&target.gpu, link)?.active))
    }

    unsafe fn nvmlDeviceGetNvLinkErrorCounter(
        call, device: nvmlDevice_t, link: c_uint, counter: nvmlNvLinkErrorCounter_t,
        counter_value: *mut c_ulonglong,
    ) {
        let target = call.gpu(device)?;
        let link = nvlink(&target.gpu, link)?;
        if link.refused.contains(&counter) {
            return Err(NOT_SUPPORTED);
        }
        let counters = [link.replay, link.recovery, link.crc_flit, link.crc_data, link.ecc_data];
        write_out(counter_value, *counters.get(counter as usize).ok_or(INVALID_ARGUMENT)?)
    }

    unsafe fn nvmlDeviceGetGpuFabricInfoV(
        call, device: nvmlDevice_t, gpu_fabric_info: *mut nvmlGpuFabricInfoV_t,
    ) {
        let target = call.gpu(device)?;
        let fabric = &target.gpu.fabric;
        let version = read_in(gpu_fabric_info.cast::<u32>())?;
        let second = nvmlGpuFabricInfo_v2_t {
            version,
            clusterUuid: fabric.cluster_uuid,
            status: fabric.status,
            cliqueId: fabric.clique_id,
            state: fabric.state,
            healthMask: fabric.health_mask,
        };
        match version {
            FABRIC_V2 => write_out(gpu_fabric_info.cast(), second),
            FABRIC_V3 => write_out(gpu_fabric_info, nvmlGpuFabricInfoV_t {
                version,
                clusterUuid: second.clusterUuid,
                status: second.status,
                cliqueId: second.cliqueId,
                state: second.state,
                healthMask: second.healthMask,
                healthSummary: fabric.health_summary,
            }),
            _ => Err(ARGUMENT_VERSION_MISMATCH),
        }
    }
}

fn nvlink(gpu: &Gpu, link: c_uint) -> Result<&NvLink, Code> {
    let absent = if link < MAX_LINKS { NOT_SUPPORTED } else { INVALID_ARGUMENT };
    gpu.nvlinks.get(link as usize).ok_or(absent)
}
