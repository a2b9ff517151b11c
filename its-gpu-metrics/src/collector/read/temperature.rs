//! Sensors.

use nvml_wrapper::enum_wrappers::device::TemperatureSensor;
use nvml_wrapper::enums::device::SampleValue;
use nvml_wrapper::error::NvmlError;
use nvml_wrapper::structs::device::FieldId;
use nvml_wrapper::sys_exports::field_id::NVML_FI_DEV_MEMORY_TEMP;

use super::{Fixed, plausible};
use crate::nvml::{Call, Probe, margin_temperature};
use crate::snapshot::Temperature;

/// Silicon does not outlive it.
const HOTTEST: f64 = 250.0;

pub(in crate::collector) fn temperature(probe: &mut Probe<'_>, fixed: &Fixed) -> Temperature {
    let gpu = probe.ask(Call::Temperature, |device| device.temperature(TemperatureSensor::Gpu));
    let memory = probe.ask(Call::MemoryTemperature, |device| {
        let fields = device.field_values_for(&[FieldId(NVML_FI_DEV_MEMORY_TEMP)])?;
        match fields.into_iter().next().ok_or(NvmlError::NoData)??.value? {
            SampleValue::U32(celsius) => Ok(f64::from(celsius)),
            SampleValue::U64(celsius) => Ok(celsius as f64),
            SampleValue::I64(celsius) => Ok(celsius as f64),
            SampleValue::F64(celsius) => Ok(celsius),
        }
    });
    let margin = probe.ask(Call::Margin, margin_temperature);
    let celsius = |call, celsius: Option<f64>| {
        plausible(probe, call, celsius?, |celsius| *celsius < HOTTEST && *celsius > -HOTTEST)
    };
    Temperature {
        gpu: celsius(Call::Temperature, gpu.map(f64::from)),
        // A memory without a sensor reads 0.
        memory: celsius(Call::MemoryTemperature, memory).filter(|celsius| *celsius != 0.0),
        margin: celsius(Call::Margin, margin.map(f64::from)),
        ..fixed.thresholds()
    }
}
