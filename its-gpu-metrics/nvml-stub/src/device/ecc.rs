//! Memory errors and what was taken out of use because of them.

use std::ffi::{c_uint, c_ulonglong};

use nvml_wrapper_sys::bindings::{
    nvmlDevice_t, nvmlEccCounterType_t, nvmlEccSramErrorStatus_t, nvmlEnableState_t, nvmlMemoryErrorType_t,
    nvmlMemoryLocation_t, nvmlRowRemapperHistogramValues_t,
};

use super::enabled;
use crate::call::export;
use crate::code::{ARGUMENT_VERSION_MISMATCH, Code, INVALID_ARGUMENT, NOT_SUPPORTED};
use crate::memory::{read_in, write_out};
use crate::scenario::Ecc;

const SRAM_V1: u32 = size_of::<nvmlEccSramErrorStatus_t>() as u32 | 1 << 24;

export! {
    unsafe fn nvmlDeviceGetEccMode(
        call, device: nvmlDevice_t, current: *mut nvmlEnableState_t, pending: *mut nvmlEnableState_t,
    ) {
        let target = call.gpu(device)?;
        write_out(current, enabled(target.gpu.ecc.enabled))?;
        write_out(pending, enabled(target.gpu.ecc.pending))
    }

    unsafe fn nvmlDeviceGetTotalEccErrors(
        call, device: nvmlDevice_t, error_type: nvmlMemoryErrorType_t, counter_type: nvmlEccCounterType_t,
        ecc_counts: *mut c_ulonglong,
    ) {
        let target = call.gpu(device)?;
        let ecc = counting(&target.gpu.ecc)?;
        let counts = match counter_type {
            0 => &ecc.volatile,
            1 => &ecc.aggregate,
            _ => return Err(INVALID_ARGUMENT),
        };
        write_out(ecc_counts, match error_type {
            0 => counts.corrected,
            1 => counts.uncorrected,
            _ => return Err(INVALID_ARGUMENT),
        })
    }

    unsafe fn nvmlDeviceGetMemoryErrorCounter(
        call, device: nvmlDevice_t, error_type: nvmlMemoryErrorType_t, counter_type: nvmlEccCounterType_t,
        location_type: nvmlMemoryLocation_t, count: *mut c_ulonglong,
    ) {
        let target = call.gpu(device)?;
        let ecc = counting(&target.gpu.ecc)?;
        let key = location_key(error_type, counter_type, location_type).ok_or(INVALID_ARGUMENT)?;
        write_out(count, *ecc.locations.get(&key).ok_or(NOT_SUPPORTED)?)
    }

    unsafe fn nvmlDeviceGetSramEccErrorStatus(
        call, device: nvmlDevice_t, status: *mut nvmlEccSramErrorStatus_t,
    ) {
        let target = call.gpu(device)?;
        if read_in(status.cast::<u32>())? != SRAM_V1 {
            return Err(ARGUMENT_VERSION_MISMATCH);
        }
        let sram = &target.gpu.sram_ecc;
        write_out(status, nvmlEccSramErrorStatus_t {
            version: SRAM_V1,
            aggregateUncParity: sram.aggregate_unc_parity,
            aggregateUncSecDed: sram.aggregate_unc_sec_ded,
            aggregateCor: sram.aggregate_cor,
            volatileUncParity: sram.volatile_unc_parity,
            volatileUncSecDed: sram.volatile_unc_sec_ded,
            volatileCor: sram.volatile_cor,
            aggregateUncBucketL2: sram.bucket_l2,
            aggregateUncBucketSm: sram.bucket_sm,
            aggregateUncBucketPcie: sram.bucket_pcie,
            aggregateUncBucketMcu: sram.bucket_mcu,
            aggregateUncBucketOther: sram.bucket_other,
            bThresholdExceeded: sram.threshold_exceeded.into(),
        })
    }

    unsafe fn nvmlDeviceGetRetiredPagesPendingStatus(
        call, device: nvmlDevice_t, is_pending: *mut nvmlEnableState_t,
    ) {
        write_out(is_pending, enabled(call.gpu(device)?.gpu.retired_pages_pending))
    }

    unsafe fn nvmlDeviceGetRemappedRows(
        call, device: nvmlDevice_t, corr_rows: *mut c_uint, unc_rows: *mut c_uint, is_pending: *mut c_uint,
        failure_occurred: *mut c_uint,
    ) {
        let target = call.gpu(device)?;
        let rows = &target.gpu.remapped_rows;
        write_out(corr_rows, rows.correctable)?;
        write_out(unc_rows, rows.uncorrectable)?;
        write_out(is_pending, rows.pending.into())?;
        write_out(failure_occurred, rows.failure.into())
    }

    unsafe fn nvmlDeviceGetRowRemapperHistogram(
        call, device: nvmlDevice_t, values: *mut nvmlRowRemapperHistogramValues_t,
    ) {
        let target = call.gpu(device)?;
        let banks = &target.gpu.row_remapper_histogram;
        write_out(values, nvmlRowRemapperHistogramValues_t {
            max: banks.max,
            high: banks.high,
            partial: banks.partial,
            low: banks.low,
            none: banks.none,
        })
    }
}

fn counting(ecc: &Ecc) -> Result<&Ecc, Code> {
    if ecc.enabled { Ok(ecc) } else { Err(NOT_SUPPORTED) }
}

/// The scenario's name of a counter, such as `volatile.corrected.dram`.
fn location_key(error: u32, counter: u32, location: u32) -> Option<String> {
    let error = ["corrected", "uncorrected"].get(error as usize)?;
    let counter = ["volatile", "aggregate"].get(counter as usize)?;
    let locations =
        ["l1_cache", "l2_cache", "dram", "register_file", "texture_memory", "texture_shm", "cbu", "sram"];
    let location = locations.get(location as usize)?;
    Some(format!("{counter}.{error}.{location}"))
}
