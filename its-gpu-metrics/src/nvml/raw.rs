//! The functions that nvml-wrapper does not wrap, and those whose wrappers lose something or panic when dropped.
//!
//! The only unsafe code of the crate. Every call has the same grounds: the function comes from the loaded library, whose
//! signatures nvml-wrapper-sys has from NVML's header; the device's handle is of the same library, by where it comes from
//! or as [`same_library`] has checked, and the borrow or the `Arc` keeps that loaded; and what is written to lives on this stack.
#![allow(unsafe_code)]

use std::mem::zeroed;
use std::sync::Arc;

use nvml_wrapper::error::{NvmlError, nvml_sym, nvml_try};
use nvml_wrapper::{Device, Nvml};
use nvml_wrapper_sys::bindings as sys;
use nvml_wrapper_sys::bindings::field_id;

/// NVML's ids of a GPU that is not cut into parts, and of events that are of all parts.
const NO_INSTANCE: u32 = u32::MAX;

macro_rules! call {
    ($nvml:expr, $function:ident, $($argument:expr),*) => {{
        let function = nvml_sym($nvml.lib().$function.as_ref())?;
        // SAFETY: see the head of this file.
        nvml_try(unsafe { function($($argument),*) })
    }};
}

/// A device's handle.
fn handle(device: &Device<'_>) -> sys::nvmlDevice_t {
    // SAFETY: the handle is only used while the device's library is borrowed.
    unsafe { device.handle() }
}

/// A handle means something to the library only that gave it out; in another it may be a wild pointer.
fn same_library(one: &Nvml, other: &Nvml) -> Result<(), NvmlError> {
    if std::ptr::eq(one, other) { Ok(()) } else { Err(NvmlError::InvalidArg) }
}

/// Frame buffer as drivers before 510 tell it: total, free, used with what is reserved.
pub(crate) fn memory_v1(device: &Device<'_>) -> Result<(u64, u64, u64), NvmlError> {
    let mut memory = sys::nvmlMemory_t { total: 0, free: 0, used: 0 };
    call!(device.nvml(), nvmlDeviceGetMemoryInfo, handle(device), &mut memory)?;
    Ok((memory.total, memory.free, memory.used))
}

/// Why the clocks are lowered: all bits, those without a name too.
pub(crate) fn clocks_event_reasons(device: &Device<'_>) -> Result<u64, NvmlError> {
    let mut bits = 0;
    call!(device.nvml(), nvmlDeviceGetCurrentClocksEventReasons, handle(device), &mut bits)?;
    Ok(bits)
}

/// Rows remapped because of correctable and of uncorrectable errors, whether some are to be, and whether one could not.
pub(crate) fn remapped_rows(device: &Device<'_>) -> Result<(u32, u32, bool, bool), NvmlError> {
    let (mut correctable, mut uncorrectable, mut pending, mut failed) = (0, 0, 0, 0);
    call!(
        device.nvml(),
        nvmlDeviceGetRemappedRows,
        handle(device),
        &mut correctable,
        &mut uncorrectable,
        &mut pending,
        &mut failed
    )?;
    Ok((correctable, uncorrectable, pending != 0, failed != 0))
}

/// Percent of its last sampling period in which the JPEG engine was busy.
pub(crate) fn jpeg_utilization(device: &Device<'_>) -> Result<u32, NvmlError> {
    let (mut percent, mut period) = (0, 0);
    call!(device.nvml(), nvmlDeviceGetJpgUtilization, handle(device), &mut percent, &mut period)?;
    Ok(percent)
}

/// As [`jpeg_utilization`], of the optical-flow accelerator.
pub(crate) fn optical_flow_utilization(device: &Device<'_>) -> Result<u32, NvmlError> {
    let (mut percent, mut period) = (0, 0);
    call!(device.nvml(), nvmlDeviceGetOfaUtilization, handle(device), &mut percent, &mut period)?;
    Ok(percent)
}

/// Degrees Celsius that are left before the GPU slows down.
pub(crate) fn margin_temperature(device: &Device<'_>) -> Result<i32, NvmlError> {
    let version = version_of::<sys::nvmlMarginTemperature_t>(1);
    let mut margin = sys::nvmlMarginTemperature_t { version, marginTemperature: 0 };
    call!(device.nvml(), nvmlDeviceGetMarginTemperature, handle(device), &mut margin)?;
    Ok(margin.marginTemperature)
}

/// Data sent and received over all NVLinks since the driver was loaded, in KiB.
pub(crate) fn nvlink_throughput(device: &Device<'_>) -> Result<(u64, u64), NvmlError> {
    // All links together.
    const ALL: u32 = u32::MAX;
    let field = |id| {
        // SAFETY: a plain C struct, for which all zeros is a value.
        let mut field: sys::nvmlFieldValue_t = unsafe { zeroed() };
        (field.fieldId, field.scopeId) = (id, ALL);
        field
    };
    let mut fields = [
        field(field_id::NVML_FI_DEV_NVLINK_THROUGHPUT_DATA_TX),
        field(field_id::NVML_FI_DEV_NVLINK_THROUGHPUT_DATA_RX),
    ];
    call!(device.nvml(), nvmlDeviceGetFieldValues, handle(device), fields.len() as i32, fields.as_mut_ptr())?;
    let value = |field: &sys::nvmlFieldValue_t| {
        nvml_try(field.nvmlReturn)?;
        match field.valueType {
            // SAFETY: the type says which member of the union was written.
            sys::nvmlValueType_enum_NVML_VALUE_TYPE_UNSIGNED_INT => Ok(unsafe { field.value.uiVal }.into()),
            sys::nvmlValueType_enum_NVML_VALUE_TYPE_UNSIGNED_LONG_LONG => Ok(unsafe { field.value.ullVal }),
            // SAFETY: the same.
            sys::nvmlValueType_enum_NVML_VALUE_TYPE_UNSIGNED_LONG => Ok(unsafe { field.value.ulVal }),
            // A type, not one of NVML's codes, which other numbers in an error are taken for.
            _ => Err(NvmlError::Unknown),
        }
    };
    Ok((value(&fields[0])?, value(&fields[1])?))
}

/// NVML's way to tell versions of a struct apart.
fn version_of<T>(version: u32) -> u32 {
    size_of::<T>() as u32 | version << 24
}

/// The GPU instance that a MIG device is in.
pub(crate) fn gpu_instance(device: &Device<'_>) -> Result<u32, NvmlError> {
    let mut id = 0;
    call!(device.nvml(), nvmlDeviceGetGpuInstanceId, handle(device), &mut id)?;
    Ok(id)
}

/// The compute instance that a MIG device is.
pub(crate) fn compute_instance(device: &Device<'_>) -> Result<u32, NvmlError> {
    let mut id = 0;
    call!(device.nvml(), nvmlDeviceGetComputeInstanceId, handle(device), &mut id)?;
    Ok(id)
}

/// The events that the GPU can tell of: all bits.
pub(crate) fn supported_event_types(device: &Device<'_>) -> Result<u64, NvmlError> {
    let mut bits = 0;
    call!(device.nvml(), nvmlDeviceGetSupportedEventTypes, handle(device), &mut bits)?;
    Ok(bits)
}

/// Something that happened to a GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// One of NVML's bits.
    pub(crate) kind: u64,
    /// The code of an Xid.
    pub(crate) data: u64,
    /// GPU instance, where it is of a part, and compute instance, where it is of one.
    pub(crate) mig: Option<(u32, Option<u32>)>,
}

/// Events of one GPU that wait to be read. Unlike nvml-wrapper's it keeps the parts' ids, outlives a failed
/// registration, and does not panic when dropped.
#[derive(Debug)]
pub(crate) struct EventSet {
    nvml: Arc<Nvml>,
    set: sys::nvmlEventSet_t,
}

// SAFETY: NVML is thread-safe, and a set is only used by the thread that owns it.
unsafe impl Send for EventSet {}

impl EventSet {
    pub(crate) fn new(nvml: &Arc<Nvml>) -> Result<Self, NvmlError> {
        // What cannot be freed is not made.
        nvml_sym(nvml.lib().nvmlEventSetFree.as_ref())?;
        nvml_sym(nvml.lib().nvmlEventSetWait_v2.as_ref())?;
        let mut set = std::ptr::null_mut();
        call!(nvml, nvmlEventSetCreate, &mut set)?;
        Ok(Self { nvml: Arc::clone(nvml), set })
    }

    /// Has the device's events of those kinds put into this set; [`NvmlError::InvalidArg`] when it is of another library.
    pub(crate) fn register(&self, device: &Device<'_>, kinds: u64) -> Result<(), NvmlError> {
        same_library(&self.nvml, device.nvml())?;
        call!(self.nvml, nvmlDeviceRegisterEvents, handle(device), kinds, self.set)
    }

    /// The next event, waiting for it; [`NvmlError::Timeout`] when there is none in time.
    pub(crate) fn wait(&self, milliseconds: u32) -> Result<Event, NvmlError> {
        // SAFETY: a plain C struct, for which all zeros is a value.
        let mut data: sys::nvmlEventData_t = unsafe { zeroed() };
        call!(self.nvml, nvmlEventSetWait_v2, self.set, &mut data, milliseconds)?;
        let (gpu, compute) = (data.gpuInstanceId, data.computeInstanceId);
        let known = |id| Some(id).filter(|id| *id != NO_INSTANCE);
        let mig = known(gpu).map(|gpu| (gpu, known(compute)));
        Ok(Event { kind: data.eventType, data: data.eventData, mig })
    }
}

impl Drop for EventSet {
    fn drop(&mut self) {
        if let Ok(free) = self.nvml.lib().nvmlEventSetFree.as_ref() {
            // SAFETY: made by this library, freed once.
            unsafe { free(self.set) };
        }
    }
}

/// Counters of a GPU, or of a part of it, at one instant; two of them make GPM metrics.
#[derive(Debug)]
pub(crate) struct GpmSample {
    nvml: Arc<Nvml>,
    sample: sys::nvmlGpmSample_t,
}

// SAFETY: as for the set of events.
unsafe impl Send for GpmSample {}

impl GpmSample {
    /// Takes a sample of the device or, with `gpu_instance`, of that part of it.
    pub(crate) fn take(
        nvml: &Arc<Nvml>,
        device: &Device<'_>,
        gpu_instance: Option<u32>,
    ) -> Result<Self, NvmlError> {
        same_library(nvml, device.nvml())?;
        nvml_sym(nvml.lib().nvmlGpmSampleFree.as_ref())?;
        let mut sample = std::ptr::null_mut();
        call!(nvml, nvmlGpmSampleAlloc, &mut sample)?;
        let sample = Self { nvml: Arc::clone(nvml), sample };
        match gpu_instance {
            None => call!(nvml, nvmlGpmSampleGet, handle(device), sample.sample)?,
            Some(instance) => {
                call!(nvml, nvmlGpmMigSampleGet, handle(device), instance, sample.sample)?;
            }
        }
        Ok(sample)
    }

    /// What went on between the two samples, for each metric; `None` for one that the GPU does not have.
    pub(crate) fn metrics(&self, later: &Self, metrics: &[u32]) -> Result<Vec<Option<f64>>, NvmlError> {
        same_library(&self.nvml, &later.nvml)?;
        // SAFETY: a plain C struct, for which all zeros is a value.
        let mut request: Box<sys::nvmlGpmMetricsGet_t> = Box::new(unsafe { zeroed() });
        let metrics = &metrics[..metrics.len().min(request.metrics.len())];
        request.version = sys::NVML_GPM_METRICS_GET_VERSION;
        request.numMetrics = metrics.len() as u32;
        request.sample1 = self.sample;
        request.sample2 = later.sample;
        request.metrics.iter_mut().zip(metrics).for_each(|(slot, metric)| slot.metricId = *metric);
        call!(self.nvml, nvmlGpmMetricsGet, &mut *request)?;
        let answers = request.metrics[..metrics.len()].iter();
        Ok(answers.map(|answer| (answer.nvmlReturn == 0).then_some(answer.value)).collect())
    }
}

impl Drop for GpmSample {
    fn drop(&mut self) {
        if let Ok(free) = self.nvml.lib().nvmlGpmSampleFree.as_ref() {
            // SAFETY: made by this library, freed once.
            unsafe { free(self.sample) };
        }
    }
}
