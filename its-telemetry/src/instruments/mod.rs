//! The catalogue: every standard instrument, declared once, and the typed handles on them.
//!
//! Names follow Prometheus conventions: base units, `_total` for counters, `its_` where no semantic convention of
//! OpenTelemetry has a name.

pub(crate) mod buckets;
pub(crate) mod call;
mod camera;
mod catalogue;
#[cfg(feature = "metrics-exporter-prometheus")]
pub mod exporter_prometheus;
mod model;
mod per_outcome;
#[cfg(feature = "http")]
pub(crate) mod request;
mod traffic;
mod vocabulary;

pub(crate) use camera::CAMERA_FOLDS;
pub use camera::{Camera, DropReason, ReconnectReason};
pub use catalogue::ALL;
pub(crate) use catalogue::*;
pub use model::Model;
pub use traffic::Traffic;
pub use vocabulary::{Direction, VehicleClass};

use crate::registry::{Bounds, Description, MetricKind};

/// One standard instrument.
#[derive(Clone, Copy, Debug)]
pub struct Instrument {
    /// The Prometheus name, with unit and `_total`.
    pub name: &'static str,
    /// What it is.
    pub kind: MetricKind,
    /// The unit as the name spells it; empty for plain numbers.
    pub unit: &'static str,
    /// The help text.
    pub help: &'static str,
    /// Label names.
    pub labels: &'static [&'static str],
    /// Bucket bounds of a histogram.
    pub buckets: &'static [f64],
}

impl Instrument {
    pub(crate) fn description(&self, limit: usize) -> Description {
        let bounds = match (self.buckets, self.unit) {
            ([], _) => None,
            (buckets, "seconds") => Bounds::seconds(buckets).ok(),
            (buckets, _) => Bounds::new(buckets).ok(),
        };
        Description {
            name: self.name.into(),
            help: self.help.into(),
            unit: self.unit.into(),
            kind: self.kind,
            bounds,
            limit,
        }
    }
}
