//! The last Xid error, as its code.

use super::{Rows, readings};
use crate::metrics::rows::number;
use crate::snapshot::{Gpu, MigInstance, Xid};

/// The code of the last Xid error that has one; 0 when there has been none, as DCGM has it. It stays while the GPU is
/// lost: then it is what one wants to know.
pub(super) fn last<'a>(gpu: &'a Gpu, part: Option<&'a MigInstance>, rows: &mut Rows<'_, 'a>) {
    // An error of the whole GPU is one of each of its instances.
    let is_of = |xid: &&Xid| match (part, xid.mig) {
        (Some(part), Some((gpu_instance, _))) => part.gpu_instance == gpu_instance,
        _ => true,
    };
    let last =
        gpu.totals.xids.iter().filter(is_of).filter(|xid| xid.code.is_some()).max_by_key(|xid| xid.last);
    let code = match last {
        Some(xid) => xid.code,
        None => readings(gpu).map(|_| 0),
    };
    if let Some(code) = code {
        rows.add([("err_code", number(code)), ("err_msg", message(code).into())], code);
    }
}

/// What the code means, after NVIDIA's catalogue of Xid errors.
fn message(code: u64) -> &'static str {
    match code {
        0 => "No Error",
        8 => "GPU stopped processing",
        13 => "Graphics Engine Exception",
        31 => "GPU memory page fault",
        32 => "Invalid or corrupted push buffer stream",
        38 => "Driver firmware error",
        43 => "GPU stopped processing",
        44 => "Graphics Engine fault during context switch",
        45 => "Preemptive cleanup, due to previous errors",
        48 => "Double Bit ECC Error",
        56 => "Display Engine error",
        57 => "Error programming video memory interface",
        61 | 62 => "Internal micro-controller error",
        63 => "ECC page retirement or row remapping recording event",
        64 => "ECC page retirement or row remapper recording failure",
        65 => "Video processor exception",
        68 => "NVDEC0 Exception",
        69 => "Graphics Engine class error",
        74 => "NVLINK Error",
        79 => "GPU has fallen off the bus",
        92 => "High single-bit ECC error rate",
        94 => "Contained ECC error",
        95 => "Uncontained ECC error",
        109 => "Context Switch Timeout Error",
        119 => "GSP RPC Timeout",
        120 => "GSP Error",
        140 => "Unrecovered ECC Error",
        _ => "Unknown Error",
    }
}
