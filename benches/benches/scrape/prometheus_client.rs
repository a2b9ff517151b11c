//! prometheus-client, with handles found by label set.

use std::hint::black_box;

use its_benches::frame::{BUCKETS, MODEL, frames};
use its_benches::{Case, alloc};
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Metric, Registry};

use crate::series::{self, COUNTERS, GAUGES, HISTOGRAMS, VALUES};

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Labels {
    tenant: String,
    camera: String,
    model: &'static str,
}

type Histograms = Family<Labels, Histogram, fn() -> Histogram>;

pub(crate) fn encode(case: &Case) {
    let registry = filled();
    let encode = || {
        let mut page = String::new();
        text::encode(&mut page, &registry).expect("a string takes everything");
        black_box(page).len()
    };
    case.report("bytes", encode() as f64);
    case.report(
        "heap",
        alloc::heap(|| {
            black_box(encode());
        })
        .peak as f64,
    );
    case.work(|| {
        black_box(encode());
    });
}

fn filled() -> Registry {
    let mut registry = Registry::default();
    let histograms = HISTOGRAMS.map(|name| {
        let family: Histograms = Family::new_with_constructor(|| Histogram::new(BUCKETS));
        registered(&mut registry, name, family)
    });
    // The encoder adds `_total` itself.
    let counters = COUNTERS.map(|name| {
        registered(&mut registry, name.trim_end_matches("_total"), Family::<Labels, Counter>::default())
    });
    let gauges = GAUGES.map(|name| registered(&mut registry, name, Family::<Labels, Gauge>::default()));
    for (camera, frame) in frames().into_iter().enumerate() {
        let labels = Labels { tenant: frame.tenant, camera: frame.camera, model: MODEL };
        for (metric, family) in histograms.iter().enumerate() {
            let histogram = family.get_or_create(&labels);
            (0..VALUES).for_each(|n| histogram.observe(series::latency(camera * VALUES + n + metric)));
        }
        for (metric, family) in counters.iter().enumerate() {
            family.get_or_create(&labels).inc_by(series::count(camera, metric));
        }
        for (metric, family) in gauges.iter().enumerate() {
            family.get_or_create(&labels).set(series::level(camera, metric) as i64);
        }
    }
    registry
}

fn registered<M: Metric + Clone>(registry: &mut Registry, name: &str, family: M) -> M {
    registry.register(name, "A metric of the benchmark", family.clone());
    family
}
