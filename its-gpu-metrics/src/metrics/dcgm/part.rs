//! Values that a MIG instance has of its own, and a GPU without MIG as a whole.

use super::device::{gpm, mebibytes};
use super::{Rows, readings};
use crate::snapshot::{Gpu, MigInstance};

pub(super) fn used<'a>(gpu: &'a Gpu, part: Option<&'a MigInstance>, rows: &mut Rows<'_, 'a>) {
    let used = match part {
        Some(part) => part.memory_used,
        None => readings(gpu).and_then(|now| now.memory.used),
    };
    rows.add_if([], used.map(mebibytes));
}

pub(super) fn free<'a>(gpu: &'a Gpu, part: Option<&'a MigInstance>, rows: &mut Rows<'_, 'a>) {
    let free = match part {
        Some(part) => part.memory_limit.zip(part.memory_used).map(|(limit, used)| limit.saturating_sub(used)),
        None => readings(gpu).and_then(|now| now.memory.free),
    };
    rows.add_if([], free.map(mebibytes));
}

macro_rules! profile {
    ($($name:ident = $metric:literal;)*) => {$(
        pub(super) fn $name<'a>(gpu: &'a Gpu, part: Option<&'a MigInstance>, rows: &mut Rows<'_, 'a>) {
            let metrics = match part {
                Some(part) => Some(&part.gpm),
                None => readings(gpu).map(|now| &now.gpm),
            };
            rows.add_if([], metrics.and_then(|metrics| gpm(metrics, $metric)));
        }
    )*};
}

profile! {
    graphics = "graphics";
    tensor = "any_tensor";
    dram = "dram_bandwidth";
}
