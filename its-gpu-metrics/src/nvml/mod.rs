//! NVML, as far as `nvml-wrapper` does not have it or has it otherwise than we need.

mod calls;
mod meaning;
mod probe;
mod raw;
mod session;
mod support;

pub(crate) use calls::{Call, Calls};
pub(crate) use meaning::{Meaning, code, described, meaning};
pub(crate) use probe::Probe;
pub(crate) use raw::{
    Event, EventSet, GpmSample, clocks_event_reasons, compute_instance, gpu_instance, jpeg_utilization,
    margin_temperature, memory_v1, nvlink_throughput, optical_flow_utilization, remapped_rows,
    supported_event_types,
};
pub(crate) use session::{Failure, open};
pub(crate) use support::Support;
