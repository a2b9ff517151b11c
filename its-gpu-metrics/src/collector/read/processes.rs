//! Who uses a GPU.

use nvml_wrapper::Device;
use nvml_wrapper::enums::device::UsedGpuMemory;
use nvml_wrapper::error::NvmlError;
use nvml_wrapper::struct_wrappers::device::ProcessInfo;

use super::of_one;
use crate::nvml::{Call, Probe};
use crate::snapshot::{Process, ProcessKind};

/// Longest name of an executable that is asked for.
const NAME: usize = 256;

type List<'a> = fn(&'a Device<'a>) -> Result<Vec<ProcessInfo>, NvmlError>;

/// The processes with the most memory, and how many more there are. `None` when the GPU does not tell.
pub(in crate::collector) fn processes<'a>(
    probe: &mut Probe<'a>,
    limit: usize,
) -> Option<(Vec<Process>, u64)> {
    let kinds: [(ProcessKind, Call, List<'a>); 3] = [
        (ProcessKind::Compute, Call::ComputeProcesses, |device| device.running_compute_processes()),
        (ProcessKind::Graphics, Call::GraphicsProcesses, |device| device.running_graphics_processes()),
        (ProcessKind::Mps, Call::MpsProcesses, |device| device.mps_running_compute_processes()),
    ];
    let mut any = false;
    let mut all: Vec<Process> = Vec::new();
    for (kind, call, list) in kinds {
        let Some(found) = probe.ask(call, list) else { continue };
        any = true;
        all.extend(found.into_iter().map(|process| Process {
            pid: process.pid,
            name: None,
            kind,
            memory_used: match process.used_gpu_memory {
                UsedGpuMemory::Used(bytes) => Some(bytes),
                UsedGpuMemory::Unavailable => None,
            },
            mig: process.gpu_instance_id.map(|gpu| (gpu, process.compute_instance_id)),
        }));
    }
    all.sort_by_key(|process| (std::cmp::Reverse(process.memory_used), process.pid, process.kind));
    let left_out = all.len().saturating_sub(limit);
    all.truncate(limit);
    for process in &mut all {
        // It may have ended since; that is no failure.
        let path =
            probe.ask(Call::ProcessName, |device| of_one(device.nvml().sys_process_name(process.pid, NAME)));
        process.name = path.flatten().as_deref().and_then(executable).map(str::to_owned);
    }
    any.then_some((all, left_out as u64))
}

/// The last part of the path, without arguments.
fn executable(path: &str) -> Option<&str> {
    let path = path.split(' ').next()?;
    path.rsplit('/').next().filter(|name| !name.is_empty())
}
