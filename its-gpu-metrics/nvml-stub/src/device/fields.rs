//! Field values: numbered measurements, several to a call.

use std::ffi::c_int;

use nvml_wrapper_sys::bindings::field_id::{
    NVML_FI_DEV_MEMORY_TEMP, NVML_FI_DEV_NVLINK_LINK_COUNT, NVML_FI_DEV_POWER_AVERAGE,
    NVML_FI_DEV_POWER_INSTANT, NVML_FI_DEV_TOTAL_ENERGY_CONSUMPTION,
};
use nvml_wrapper_sys::bindings::{nvmlDevice_t, nvmlFieldValue_t, nvmlValue_t};
use serde_json::Number;

use super::clocks::now_us;
use crate::call::{Target, export};
use crate::code::{Code, INVALID_ARGUMENT, NOT_SUPPORTED, SUCCESS, UNKNOWN};
use crate::memory::{read_in, write_out};
use crate::scenario::{FieldType, FieldValue};

/// How long each read is said to have taken.
const LATENCY_US: i64 = 12;

export! {
    unsafe fn nvmlDeviceGetFieldValues(
        call, device: nvmlDevice_t, values_count: c_int, values: *mut nvmlFieldValue_t,
    ) {
        let target = call.gpu(device)?;
        let count = usize::try_from(values_count).ok().filter(|&count| count > 0).ok_or(INVALID_ARGUMENT)?;
        if values.is_null() {
            return Err(INVALID_ARGUMENT);
        }
        for index in 0..count {
            let entry = values.add(index);
            let mut field = read_in(entry)?;
            fill(&target, &mut field);
            write_out(entry, field)?;
        }
        Ok(())
    }
}

/// Answers one field; one that fails says so by itself and leaves the others alone.
fn fill(target: &Target, field: &mut nvmlFieldValue_t) {
    field.timestamp = now_us() as i64;
    field.latencyUsec = LATENCY_US;
    match value_of(target, field.fieldId, field.scopeId) {
        Ok((kind, value)) => {
            field.valueType = kind as u32;
            field.value = value;
            field.nvmlReturn = SUCCESS;
        }
        Err(code) => field.nvmlReturn = code,
    }
}

fn value_of(target: &Target, field: u32, scope: u32) -> Result<(FieldType, nvmlValue_t), Code> {
    let gpu = &target.gpu;
    let scripted = gpu.fields.get(&format!("{field}/{scope}")).or_else(|| gpu.fields.get(&field.to_string()));
    match (scripted, field) {
        (Some(None), _) => Err(NOT_SUPPORTED),
        (Some(Some(value)), _) => scripted_value(value),
        (None, NVML_FI_DEV_MEMORY_TEMP) => Ok(unsigned(gpu.temperature.memory)),
        (None, NVML_FI_DEV_POWER_AVERAGE | NVML_FI_DEV_POWER_INSTANT) => Ok(unsigned(gpu.power.usage_mw)),
        (None, NVML_FI_DEV_NVLINK_LINK_COUNT) => Ok(unsigned(gpu.nvlinks.len() as u32)),
        (None, NVML_FI_DEV_TOTAL_ENERGY_CONSUMPTION) => {
            Ok((FieldType::Ulonglong, nvmlValue_t { ullVal: target.energy_mj }))
        }
        (None, _) => Err(NOT_SUPPORTED),
    }
}

fn unsigned(value: u32) -> (FieldType, nvmlValue_t) {
    (FieldType::Uint, nvmlValue_t { uiVal: value })
}

fn scripted_value(value: &FieldValue) -> Result<(FieldType, nvmlValue_t), Code> {
    let (kind, value) = match value {
        FieldValue::Failure { code } => return Err(*code),
        FieldValue::Typed { kind, value } => (*kind, value),
        FieldValue::Plain(value) => (natural_type(value), value),
    };
    encode(kind, value).map(|value| (kind, value)).ok_or(UNKNOWN)
}

fn natural_type(value: &Number) -> FieldType {
    match value.as_u64() {
        Some(value) if u32::try_from(value).is_ok() => FieldType::Uint,
        Some(_) => FieldType::Ulonglong,
        None if value.is_i64() => FieldType::Slonglong,
        None => FieldType::Double,
    }
}

/// The value in the union's member of that type, unless it does not fit. The bytes beside the member are 0.
fn encode(kind: FieldType, value: &Number) -> Option<nvmlValue_t> {
    let mut encoded = nvmlValue_t { ullVal: 0 };
    match kind {
        FieldType::Double => encoded.dVal = value.as_f64()?,
        FieldType::Uint => encoded.uiVal = value.as_u64()?.try_into().ok()?,
        FieldType::Ulong => encoded.ulVal = value.as_u64()?,
        FieldType::Ulonglong => encoded.ullVal = value.as_u64()?,
        FieldType::Slonglong => encoded.sllVal = value.as_i64()?,
        FieldType::Int => encoded.siVal = value.as_i64()?.try_into().ok()?,
        FieldType::Ushort => encoded.usVal = value.as_u64()?.try_into().ok()?,
    }
    Some(encoded)
}
