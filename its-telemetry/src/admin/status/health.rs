//! How the telemetry itself is.

use std::sync::atomic::Ordering::Relaxed;

use serde::Serialize;

use crate::core::Core;
use crate::registry::Backend;

/// Series, limits and what was dropped.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Health {
    /// Whether the numbers are in this registry, or in another recorder that the page cannot read.
    pub(crate) numbers_are_here: bool,
    pub(crate) series: usize,
    /// Scrapes of `/metrics` so far.
    pub(crate) scrapes: u64,
    /// The largest first.
    pub(crate) metrics: Vec<Metric>,
    pub(crate) limits: Vec<Limit>,
    pub(crate) dropped: Vec<Dropped>,
}

/// Series of one metric.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Metric {
    pub(crate) name: String,
    pub(crate) series: usize,
    /// Label sets that were folded into `_other`.
    pub(crate) folded: u64,
    /// Series that ended because nothing used them.
    pub(crate) ended: u64,
}

/// Values of a governed label.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Limit {
    pub(crate) label: &'static str,
    pub(crate) in_use: usize,
    pub(crate) limit: usize,
    /// Scopes that were folded into `_other`.
    pub(crate) folded: u64,
}

/// What was given up, and why.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Dropped {
    pub(crate) signal: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) count: u64,
}

impl Health {
    pub(super) fn of(core: &Core) -> Self {
        let metric = |family: &std::sync::Arc<crate::registry::Family>| {
            let usage = family.usage();
            let name = family.description.name.to_string();
            Metric {
                name,
                series: usage.series,
                folded: usage.folded,
                ended: usage.expired.unwrap_or_default(),
            }
        };
        let mut metrics: Vec<Metric> = core.registry.families().iter().map(metric).collect();
        metrics.sort_by_key(|metric| std::cmp::Reverse(metric.series));
        let limit = |label, places: &crate::scope::Places| Limit {
            label,
            in_use: places.in_use(),
            limit: places.limit(),
            folded: places.refused(),
        };
        let mut dropped: Vec<Dropped> = core
            .dropped
            .read()
            .into_iter()
            .map(|(signal, reason, count)| Dropped { signal, reason, count })
            .collect();
        let refused = core.registry.refused.load(Relaxed);
        if refused > 0 {
            dropped.push(Dropped { signal: "metrics", reason: "registry_full", count: refused });
        }
        dropped.sort_by_key(|dropped| (dropped.signal, dropped.reason));
        Self {
            numbers_are_here: matches!(core.registry.backend, Backend::Own),
            series: metrics.iter().map(|metric| metric.series).sum(),
            scrapes: core.registry.scrapes.written(),
            metrics,
            limits: vec![limit("tenant", &core.governor.tenants), limit("camera", &core.governor.cameras)],
            dropped,
        }
    }
}
