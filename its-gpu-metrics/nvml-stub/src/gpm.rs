//! GPU performance monitoring: metrics between two samples.

use std::collections::BTreeMap;
use std::ffi::c_uint;
use std::ptr;

use nvml_wrapper_sys::bindings::{
    nvmlDevice_t, nvmlGpmMetric_t, nvmlGpmMetricsGet_t, nvmlGpmSample_t, nvmlGpmSupport_t,
};

use crate::call::{Call, Status, Target, export};
use crate::code::{ARGUMENT_VERSION_MISMATCH, Code, INVALID_ARGUMENT, NOT_FOUND, NOT_SUPPORTED, SUCCESS};
use crate::memory::{read_in, write_out};
use crate::state::SHARED;

const VERSION: u32 = 1;
/// The metrics that the newest header has room for; a caller's array may be shorter.
const MAX_METRICS: u32 = 333;

/// What a sample was taken of, and the rates at that time.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    gpu: usize,
    gpu_instance: Option<u32>,
    metrics: BTreeMap<u32, f64>,
}

export! {
    unsafe fn nvmlGpmQueryDeviceSupport(call, device: nvmlDevice_t, gpm_support: *mut nvmlGpmSupport_t) {
        let target = call.gpu(device)?;
        if read_in(gpm_support.cast::<u32>())? != VERSION {
            return Err(ARGUMENT_VERSION_MISMATCH);
        }
        let supported = target.gpu.gpm.supported.into();
        write_out(gpm_support, nvmlGpmSupport_t { version: VERSION, isSupportedDevice: supported })
    }

    unsafe fn nvmlGpmSampleAlloc(_call, gpm_sample: *mut nvmlGpmSample_t) {
        let id = SHARED.change(|state| {
            let id = state.new_id();
            state.samples.insert(id, None);
            id
        });
        write_out(gpm_sample, ptr::without_provenance_mut(id))
    }

    fn nvmlGpmSampleFree(_call, gpm_sample: nvmlGpmSample_t) {
        SHARED.change(|state| state.samples.remove(&gpm_sample.addr())).map(|_| ()).ok_or(INVALID_ARGUMENT)
    }

    fn nvmlGpmSampleGet(call, device: nvmlDevice_t, gpm_sample: nvmlGpmSample_t) {
        let target = supporting(call, device)?;
        let metrics = target.gpu.gpm.metrics.clone();
        keep(gpm_sample, Sample { gpu: target.position, gpu_instance: None, metrics })
    }

    fn nvmlGpmMigSampleGet(
        call, device: nvmlDevice_t, gpu_instance_id: c_uint, gpm_sample: nvmlGpmSample_t,
    ) {
        let target = supporting(call, device)?;
        let mig = &target.gpu.mig;
        let asked = Some(gpu_instance_id);
        let instance = mig.instances.iter().find(|instance| mig.enabled && instance.gpu_instance == asked);
        let metrics = instance.ok_or(NOT_FOUND)?.gpm.clone();
        keep(gpm_sample, Sample { gpu: target.position, gpu_instance: Some(gpu_instance_id), metrics })
    }

    // The caller's structure may be of another version of the header: only its asked entries are touched.
    unsafe fn nvmlGpmMetricsGet(call, metrics_get: *mut nvmlGpmMetricsGet_t) {
        if read_in(metrics_get.cast::<u32>())? != VERSION {
            return Err(ARGUMENT_VERSION_MISMATCH);
        }
        let count = read_in(&raw const (*metrics_get).numMetrics)?;
        if count > MAX_METRICS {
            return Err(INVALID_ARGUMENT);
        }
        let first = read_in(&raw const (*metrics_get).sample1)?;
        let second = read_in(&raw const (*metrics_get).sample2)?;
        let rates = between(call, first, second)?;
        let entries = (&raw mut (*metrics_get).metrics).cast::<nvmlGpmMetric_t>();
        for index in 0..count as usize {
            let entry = entries.add(index);
            let id = read_in(&raw const (*entry).metricId)?;
            match rates.get(&id) {
                None => write_out(&raw mut (*entry).nvmlReturn, NOT_SUPPORTED)?,
                Some(&rate) => {
                    write_out(&raw mut (*entry).value, rate)?;
                    write_out(&raw mut (*entry).nvmlReturn, SUCCESS)?;
                }
            }
        }
        Ok(())
    }
}

fn supporting(call: &Call, device: nvmlDevice_t) -> Result<Target, Code> {
    call.gpu(device).and_then(|target| if target.gpu.gpm.supported { Ok(target) } else { Err(NOT_SUPPORTED) })
}

fn keep(id: nvmlGpmSample_t, sample: Sample) -> Status {
    SHARED.change(|state| {
        *state.samples.get_mut(&id.addr()).ok_or(INVALID_ARGUMENT)? = Some(sample);
        Ok(())
    })
}

/// The rates between two taken samples of the same GPU or GPU instance.
fn between(call: &Call, first: nvmlGpmSample_t, second: nvmlGpmSample_t) -> Result<BTreeMap<u32, f64>, Code> {
    let state = SHARED.lock();
    let taken = |id: nvmlGpmSample_t| state.samples.get(&id.addr()).and_then(Option::as_ref);
    let (Some(before), Some(after)) = (taken(first), taken(second)) else { return Err(INVALID_ARGUMENT) };
    if first == second || (before.gpu, before.gpu_instance) != (after.gpu, after.gpu_instance) {
        return Err(INVALID_ARGUMENT);
    }
    state.code_of(after.gpu, call.symbol)?;
    Ok(after.metrics.clone())
}
