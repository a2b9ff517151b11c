//! Values that a MIG instance has of its own, and a GPU without MIG as a whole.

use std::borrow::Cow;

use super::device::{gpm, mebibytes};
use super::{Rows, readings};
use crate::metrics::mig::gpu_instances;
use crate::metrics::rows::number;
use crate::snapshot::{Gpu, MigInstance};

pub(super) fn used<'a>(gpu: &'a Gpu, rows: &mut Rows<'_, 'a>) {
    rows.add_if([], readings(gpu).and_then(|now| now.memory.used).map(mebibytes));
    for part in gpu_instances(gpu) {
        rows.add_if(labels(part), part.memory_used.map(mebibytes));
    }
}

pub(super) fn free<'a>(gpu: &'a Gpu, rows: &mut Rows<'_, 'a>) {
    rows.add_if([], readings(gpu).and_then(|now| now.memory.free).map(mebibytes));
    for part in gpu_instances(gpu) {
        let free = part.memory_limit.zip(part.memory_used).map(|(limit, used)| limit.saturating_sub(used));
        rows.add_if(labels(part), free.map(mebibytes));
    }
}

pub(super) fn graphics<'a>(gpu: &'a Gpu, rows: &mut Rows<'_, 'a>) {
    profile(gpu, "graphics", rows);
}

pub(super) fn tensor<'a>(gpu: &'a Gpu, rows: &mut Rows<'_, 'a>) {
    profile(gpu, "any_tensor", rows);
}

pub(super) fn dram<'a>(gpu: &'a Gpu, rows: &mut Rows<'_, 'a>) {
    profile(gpu, "dram_bandwidth", rows);
}

fn profile<'a>(gpu: &'a Gpu, name: &str, rows: &mut Rows<'_, 'a>) {
    rows.add_if([], readings(gpu).and_then(|now| gpm(&now.gpm, name)));
    for part in gpu_instances(gpu) {
        rows.add_if(labels(part), gpm(&part.gpm, name));
    }
}

fn labels<'a>(part: &'a MigInstance) -> [(&'static str, Cow<'a, str>); 2] {
    let profile = part.profile.as_deref().unwrap_or_default();
    [("GPU_I_PROFILE", profile.into()), ("GPU_I_ID", number(part.gpu_instance))]
}
