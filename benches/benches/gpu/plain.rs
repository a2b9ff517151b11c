//! A plain loop over NVML, as one writes it first.

use std::hint::black_box;
use std::thread;

use its_benches::Case;
use nvml_wrapper::enum_wrappers::device::{Clock, TemperatureSensor};
use nvml_wrapper::error::NvmlError;
use nvml_wrapper::structs::device::FieldId;
use nvml_wrapper::{Device, Nvml};

use crate::{CYCLES, INTERVAL, machine, on_processor};

/// `NVML_FI_DEV_MEMORY_TEMP`.
const MEMORY_TEMPERATURE: FieldId = FieldId(82);

/// The calls that the collector makes for a GPU in each cycle, except those that nvml-wrapper does not have.
fn read(device: &Device<'_>) -> Result<u64, NvmlError> {
    let mut sum = device.uuid()?.len() as u64;
    sum += u64::from(device.mig_mode()?.current);
    let rates = device.utilization_rates()?;
    sum += u64::from(rates.gpu + rates.memory);
    sum += u64::from(device.encoder_utilization()?.utilization + device.decoder_utilization()?.utilization);
    sum += device.memory_info()?.used + device.bar1_memory_info()?.used;
    sum += u64::from(device.power_usage()? + device.enforced_power_limit()?);
    sum += device.total_energy_consumption()?;
    sum += u64::from(device.temperature(TemperatureSensor::Gpu)?);
    sum += device.field_values_for(&[MEMORY_TEMPERATURE])?.len() as u64;
    for clock in [Clock::Graphics, Clock::SM, Clock::Memory, Clock::Video] {
        sum += u64::from(device.clock_info(clock)?);
    }
    sum += u64::from(device.performance_state()?.as_c());
    sum += device.current_throttle_reasons()?.bits();
    sum += u64::from(device.pcie_replay_counter()?);
    sum += u64::from(device.current_pcie_link_gen()? + device.current_pcie_link_width()?);
    Ok(sum)
}

fn read_all(nvml: &Nvml) -> Result<u64, NvmlError> {
    let mut sum = 0_u64;
    for index in 0..nvml.device_count()? {
        sum = sum.wrapping_add(read(&nvml.device_by_index(index)?)?);
    }
    Ok(sum)
}

/// The calls of one cycle, by a thread that wakes up as often as the collector's.
pub(crate) fn each_cycle(case: &Case) {
    let stub = machine();
    let nvml = Nvml::builder().lib_path(stub.path().as_os_str()).init().expect("NVML");
    thread::scope(|threads| {
        let reads = || {
            let mut before = 0;
            for cycle in 0..3 + CYCLES {
                if cycle == 3 {
                    before = on_processor("plain-loop");
                }
                black_box(read_all(&nvml).expect("every call is answered"));
                thread::sleep(INTERVAL);
            }
            case.report("ns", (on_processor("plain-loop") - before) as f64 / CYCLES as f64);
        };
        thread::Builder::new().name("plain-loop".into()).spawn_scoped(threads, reads).expect("a thread");
    });
}
