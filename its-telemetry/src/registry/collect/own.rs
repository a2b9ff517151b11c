//! What the telemetry says about itself.

use std::collections::BTreeMap;

use super::Collected;
use crate::core::Core;
use crate::instruments::{
    Instrument, TELEMETRY_BUILD, TELEMETRY_DROPPED, TELEMETRY_EVICTED, TELEMETRY_OVERFLOW, TELEMETRY_SERIES,
    TELEMETRY_SERIES_LIMIT,
};
use crate::registry::{MetricKind, Number};

/// Writes the `its_telemetry_*` metrics.
pub(super) fn collect(core: &Core, into: &mut Collected) {
    let families = core.registry.families();
    let usage: Vec<_> = families.iter().map(|family| (&*family.description.name, family.usage())).collect();

    write(into, &TELEMETRY_SERIES, usage.iter().map(|(name, usage)| ([*name], usage.series.into())));
    // A line at 0 for each metric would be noise where no series ever ends; where one can, `increase()` needs it.
    let evicted = usage.iter().filter_map(|(name, usage)| Some(([*name], usage.expired?.into())));
    write(into, &TELEMETRY_EVICTED, evicted);

    let (tenants, cameras) = (&core.governor.tenants, &core.governor.cameras);
    let limits = [("tenant", tenants.limit()), ("camera", cameras.limit())];
    write(into, &TELEMETRY_SERIES_LIMIT, limits.map(|(label, limit)| ([label], limit.into())));

    let mut folded =
        BTreeMap::from([("tenant".into(), tenants.refused()), ("camera".into(), cameras.refused())]);
    for (label, count) in families.iter().flat_map(|family| family.folded()) {
        *folded.entry(label).or_default() += count;
    }
    write(into, &TELEMETRY_OVERFLOW, folded.iter().map(|(label, count)| ([&**label], (*count).into())));

    let dropped = core.dropped.read();
    let dropped = dropped.into_iter().map(|(signal, reason, count)| ([signal, reason], count.into()));
    let refused = core.registry.refused.load(std::sync::atomic::Ordering::Relaxed);
    write(into, &TELEMETRY_DROPPED, dropped.chain([(["metrics", "registry_full"], refused.into())]));

    let settings = &core.settings;
    let build = [&*settings.service, &*settings.service_version, env!("CARGO_PKG_VERSION")];
    write(into, &TELEMETRY_BUILD, [(build, 1_u64.into())]);
}

fn write<'a, const N: usize>(
    into: &mut Collected,
    instrument: &Instrument,
    samples: impl IntoIterator<Item = ([&'a str; N], Number)>,
) {
    let Instrument { name, help, kind, labels, .. } = *instrument;
    let pairs = |values: [&'a str; N]| labels.iter().copied().zip(values).collect::<Vec<_>>();
    if kind == MetricKind::Counter {
        let mut counters = into.counter(name, help);
        for (values, count) in samples {
            counters.sample(&pairs(values), count);
        }
    } else {
        let mut gauges = into.gauge(name, help);
        for (values, value) in samples {
            gauges.sample(&pairs(values), value);
        }
    }
}
