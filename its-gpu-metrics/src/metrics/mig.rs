//! Parts of a GPU.

use super::catalogue::{MIG_INFO, MIG_MEMORY_LIMIT, MIG_MEMORY_USAGE};
use super::rows::{known, number, parts, readings};
use super::{Families, Rows};
use crate::snapshot::{Gpu, MigInstance};

pub(super) fn write(into: &mut Families<'_>) {
    into.each(&MIG_INFO, |gpu, rows| {
        for part in instances(gpu) {
            let labels = parts(Some((part.gpu_instance, Some(part.compute_instance))))
                .chain(known("mig_id", Some(&part.uuid)))
                .chain(known("profile", part.profile.as_deref()));
            rows.add(labels, true);
        }
    });
    into.each(&MIG_MEMORY_USAGE, |gpu, rows| {
        gpu_instances(gpu).for_each(|part| rows.add_if([gi(part)], part.memory_used));
    });
    into.each(&MIG_MEMORY_LIMIT, |gpu, rows| {
        gpu_instances(gpu).for_each(|part| rows.add_if([gi(part)], part.memory_limit));
    });
}

/// GPM metrics of the whole GPU and of its instances; `select` says whether the metric is wanted, and as what.
pub(super) fn gpm<'a>(
    gpu: &'a Gpu,
    select: impl Fn(&'static str) -> Option<&'static str>,
    rows: &mut Rows<'_, 'a>,
) {
    let whole = readings(gpu).into_iter().flat_map(|readings| &readings.gpm).map(|metric| (None, metric));
    let of_parts =
        gpu_instances(gpu).flat_map(|part| part.gpm.iter().map(move |metric| (Some(part), metric)));
    for (part, (name, value)) in whole.chain(of_parts) {
        if let Some(name) = select(name) {
            rows.add(part.map(gi).into_iter().chain([("metric", name.into())]), *value);
        }
    }
}

/// The parts of a GPU that answers.
fn instances(gpu: &Gpu) -> &[MigInstance] {
    if readings(gpu).is_some() { &gpu.mig } else { &[] }
}

/// One part for each GPU instance: memory and GPM are the same for all of its compute instances.
pub(super) fn gpu_instances(gpu: &Gpu) -> impl Iterator<Item = &MigInstance> {
    let parts = instances(gpu);
    parts.iter().enumerate().filter_map(|(at, part)| {
        let known = parts[..at].iter().any(|other| other.gpu_instance == part.gpu_instance);
        (!known).then_some(part)
    })
}

fn gi<'a>(part: &MigInstance) -> (&'static str, std::borrow::Cow<'a, str>) {
    ("gi", number(part.gpu_instance))
}
