//! The same snapshot under the names of dcgm-exporter, so that its dashboards and alerts keep working.
//!
//! Names, types, units and labels are those of its default list of counters; the README has the list and what is not
//! there. `exported_*`, `container`, `namespace` and `pod` are not: what runs in the process knows its pod already.
//!
//! A MIG instance has its own memory and profile metrics with `GPU_I_PROFILE` and `GPU_I_ID`, the rest is the GPU's.

mod catalogue;
mod device;
mod part;

pub use catalogue::{ABSENT, ALL};

use std::borrow::Cow;

use super::rows::readings;
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
            read(gpu, &mut Rows::new(labels, &mut samples));
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
    let device = format!("nvidia{}", info.minor.unwrap_or(info.index));
    vec![
        ("gpu", info.index.to_string().into()),
        ("UUID", (&*info.uuid).into()),
        ("pci_bus_id", info.pci_bus_id.as_deref().unwrap_or_default().into()),
        ("device", device.into()),
        ("modelName", info.name.as_deref().unwrap_or_default().into()),
        ("Hostname", host.into()),
        ("DCGM_FI_DRIVER_VERSION", driver.unwrap_or_default().into()),
    ]
}
