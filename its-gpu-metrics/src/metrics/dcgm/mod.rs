//! The same snapshot under the names of dcgm-exporter, so that its dashboards and alerts keep working.
//!
//! Names, types, units and labels are those of its default list of counters; the README has the list and what is not
//! there. `exported_*`, `container`, `namespace` and `pod` are not: what runs in the process knows its pod already.
//!
//! A GPU that is cut into MIG instances has no samples of its own but those of its GPU instances, with `GPU_I_PROFILE`
//! and `GPU_I_ID`, as dcgm-exporter has it: memory, profile metrics and Xid errors are the instance's, the rest is the
//! GPU's, once for each instance.

mod catalogue;
mod device;
mod part;
mod xid;

pub use catalogue::{ABSENT, ALL};

use std::borrow::Cow;

use super::mig::gpu_instances;
use super::rows::{number, readings};
use super::{Family, Metric, Rows, Value};
use crate::Snapshot;
use crate::snapshot::Gpu;

/// Every family that has a sample. `host`: the label `Hostname`.
pub fn families<'a>(snapshot: &'a Snapshot, host: &'a str) -> Vec<Family<'a>> {
    let driver = snapshot.driver.as_deref().and_then(|driver| driver.version.as_deref());
    let gpus: Vec<_> = snapshot.gpus.iter().map(|gpu| (gpu, labels(gpu, host, driver))).collect();
    let mut families = Vec::with_capacity(ALL.len());
    for (metric, read) in catalogue::read() {
        let mut samples = Vec::new();
        for (gpu, labels) in &gpus {
            let mut parts = gpu_instances(gpu).peekable();
            if parts.peek().is_none() {
                read(gpu, None, &mut Rows::new(labels, &mut samples));
            }
            for part in parts {
                let profile = part.profile.as_deref().unwrap_or_default();
                let of_part = [("GPU_I_PROFILE", profile.into()), ("GPU_I_ID", number(part.gpu_instance))];
                let labels: Labels<'_> = labels.iter().cloned().chain(of_part).collect();
                read(gpu, Some(part), &mut Rows::new(&labels, &mut samples));
            }
        }
        if !samples.is_empty() {
            families.push(Family { metric, samples });
        }
    }
    families
}

type Labels<'a> = Vec<(&'static str, Cow<'a, str>)>;

/// The labels of every sample of a GPU.
fn labels<'a>(gpu: &'a Gpu, host: &'a str, driver: Option<&'a str>) -> Labels<'a> {
    let info = &*gpu.info;
    vec![
        ("gpu", info.index.to_string().into()),
        ("UUID", (&*info.uuid).into()),
        ("pci_bus_id", info.pci_bus_id.as_deref().unwrap_or_default().into()),
        ("device", format!("nvidia{}", info.index).into()),
        ("modelName", info.name.as_deref().unwrap_or_default().into()),
        ("Hostname", host.into()),
        ("DCGM_FI_DRIVER_VERSION", driver.unwrap_or_default().into()),
    ]
}
