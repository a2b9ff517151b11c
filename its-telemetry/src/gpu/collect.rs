//! Snapshots at `/metrics`.

use std::time::Instant;

use its_gpu_metrics::cost;
use its_gpu_metrics::metrics::{self, Family, Kind, Value, dcgm};

use super::Gpus;
use crate::registry::Number;
use crate::registry::collect::{Collect, Collected};

impl Collect for Gpus {
    fn collect(&self, into: &mut Collected) {
        let snapshot = self.snapshot();
        for family in metrics::families(&snapshot, Instant::now()) {
            self.write(&family, into);
        }
        if let Some(attribution) = &self.attribution {
            attribution.settle(&snapshot);
            let report = attribution.ledger.report();
            cost::families(&report).iter().for_each(|family| self.write(family, into));
        }
        if let Some(host) = &self.dcgm_host {
            dcgm::families(&snapshot, host).iter().for_each(|family| self.write(family, into));
        }
    }
}

impl Gpus {
    fn write(&self, family: &Family<'_>, into: &mut Collected) {
        let metric = family.metric;
        let (name, help, unit) = (metric.name, metric.help, metric.unit);
        match metric.kind {
            Kind::Counter | Kind::ContinuedCounter => {
                let mut counters = into.foreign_counter(name, help).unit(unit);
                if metric.kind == Kind::ContinuedCounter {
                    counters = counters.continued();
                }
                samples(family, |labels, value| {
                    number(value).map(|number| counters.sample(labels, number));
                });
            }
            Kind::Histogram => {
                let Some((_, bounds)) = self.bounds.iter().find(|(known, _)| *known == name) else { return };
                let mut histograms = into.histogram(name, help, bounds).unit(unit);
                samples(family, |labels, value| {
                    if let Value::Histogram { buckets, sum } = value {
                        histograms.sample(labels, buckets, sum);
                    }
                });
            }
            _ => {
                let mut gauges = into.gauge(name, help).unit(unit);
                samples(family, |labels, value| {
                    number(value).map(|number| gauges.sample(labels, number));
                });
            }
        }
    }
}

fn samples<'a>(family: &'a Family<'_>, mut write: impl FnMut(&[(&'a str, &'a str)], Value<'a>)) {
    let mut labels = Vec::new();
    for sample in &family.samples {
        labels.clear();
        labels.extend(sample.labels.iter().map(|(name, value)| (*name, &**value)));
        write(&labels, sample.value);
    }
}

fn number(value: Value<'_>) -> Option<Number> {
    match value {
        Value::Integer(n) => Some(n.into()),
        Value::Number(n) => Some(n.into()),
        _ => None,
    }
}
