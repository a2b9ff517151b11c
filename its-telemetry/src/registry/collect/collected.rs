//! The builder that a source writes into.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::family::{CollectedFamily, CollectedValue};
use crate::registry::{Bounds, Description, MetricKind, Number, label_name, metric_name, render_labels};

/// What one source writes at one scrape.
///
/// Names and label names are made valid where they are not. A sample that no format could express is left out and
/// counted in `its_telemetry_dropped_total{signal="metrics"}`: a counter that is negative or not finite, buckets that
/// do not fit the bounds, a label that is there twice, or `le` on a histogram (`reason="invalid_sample"`); a label set
/// that is there already (`"duplicate_series"`); a name in use by a metric of another kind (`"name_taken"`); and what
/// exceeds the limit of a source (`"source_limit"`).
#[derive(Debug, Default)]
pub struct Collected {
    pub(super) families: BTreeMap<Box<str>, CollectedFamily>,
    pub(super) dropped: Vec<(&'static str, u64)>,
    /// Lines that this source may still write.
    pub(super) left: usize,
}

impl Collected {
    pub(super) fn with_room_for(lines: usize) -> Self {
        Self { left: lines, ..Self::default() }
    }

    /// A metric that only grows. Its name gets the suffix `_total` when it lacks it.
    pub fn counter(&mut self, name: &str, help: &str) -> Counters<'_> {
        let mut name = metric_name(name).into_owned();
        if !name.ends_with("_total") {
            name.push_str("_total");
        }
        Counters(self.family(&name, help, MetricKind::Counter, None))
    }

    /// A metric that only grows, under a name that another program has given it: it gets no suffix. OpenMetrics has no
    /// counter without one and calls the metric `unknown`.
    pub fn foreign_counter(&mut self, name: &str, help: &str) -> Counters<'_> {
        Counters(self.family(&metric_name(name), help, MetricKind::Counter, None))
    }

    /// A metric that goes up and down.
    pub fn gauge(&mut self, name: &str, help: &str) -> Gauges<'_> {
        Gauges(self.family(&metric_name(name), help, MetricKind::Gauge, None))
    }

    /// A distribution over fixed buckets.
    pub fn histogram(&mut self, name: &str, help: &str, bounds: &Bounds) -> Histograms<'_> {
        Histograms(self.family(&metric_name(name), help, MetricKind::Histogram, Some(bounds)))
    }

    pub(super) fn drop_sample(&mut self, reason: &'static str) {
        match self.dropped.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => self.dropped.push((reason, 1)),
        }
    }

    fn family(&mut self, name: &str, help: &str, kind: MetricKind, bounds: Option<&Bounds>) -> Writer<'_> {
        let description = Description {
            name: name.into(),
            help: help.into(),
            unit: "".into(),
            kind,
            bounds: bounds.cloned(),
            limit: 0,
        };
        let family = self.families.entry(name.into()).or_insert_with(|| CollectedFamily {
            description,
            continued: false,
            samples: BTreeMap::new(),
        });
        let known = &family.description;
        let same =
            known.kind == kind && known.bounds.as_ref().map(Bounds::values) == bounds.map(Bounds::values);
        Writer { name: same.then(|| name.into()), into: self }
    }
}

/// Writes into one family; without a name, into none.
#[derive(Debug)]
struct Writer<'a> {
    into: &'a mut Collected,
    name: Option<Box<str>>,
}

impl Writer<'_> {
    fn unit(&mut self, unit: &str) {
        let Some(family) = self.name.as_ref().and_then(|name| self.into.families.get_mut(name)) else {
            return;
        };
        family.description.unit = unit.into();
    }

    fn sample(&mut self, labels: &[(&str, &str)], value: CollectedValue, valid: bool) {
        if let Err(reason) = self.try_sample(labels, value, valid) {
            self.into.drop_sample(reason);
        }
    }

    fn try_sample(
        &mut self,
        labels: &[(&str, &str)],
        value: CollectedValue,
        valid: bool,
    ) -> Result<(), &'static str> {
        let family =
            self.name.as_ref().and_then(|name| self.into.families.get_mut(name)).ok_or("name_taken")?;
        let mut labels: Vec<_> = labels.iter().map(|(name, value)| (label_name(name), *value)).collect();
        // In one order, so that a label set is found again however the source arranged it.
        labels.sort();
        let twice = labels.windows(2).any(|pair| pair[0].0 == pair[1].0);
        let reserved =
            family.description.kind == MetricKind::Histogram && labels.iter().any(|(name, _)| name == "le");
        if !valid || twice || reserved {
            return Err("invalid_sample");
        }
        let lines = value.lines();
        if lines > self.into.left {
            return Err("source_limit");
        }
        match family.samples.entry(render_labels(labels.iter().map(|(name, value)| (&**name, *value)))) {
            Entry::Occupied(_) => return Err("duplicate_series"),
            Entry::Vacant(place) => place.insert(value),
        };
        self.into.left -= lines;
        Ok(())
    }
}

/// Writes the samples of a counter.
#[derive(Debug)]
pub struct Counters<'a>(Writer<'a>);

/// Writes the samples of a gauge.
#[derive(Debug)]
pub struct Gauges<'a>(Writer<'a>);

/// Writes the samples of a histogram.
#[derive(Debug)]
pub struct Histograms<'a>(Writer<'a>);

macro_rules! unit {
    ($($writer:ident)*) => {$(
        impl $writer<'_> {
            /// The unit, as the name spells it (`seconds`, `bytes`).
            #[must_use]
            pub fn unit(mut self, unit: &str) -> Self {
                self.0.unit(unit);
                self
            }
        }
    )*};
}

unit!(Counters Gauges Histograms);

impl Counters<'_> {
    /// Says that somebody else began to count before the process did (a device, the kernel): what is there at the first
    /// scrape is not taken for an increase since the start.
    #[must_use]
    pub fn continued(self) -> Self {
        if let Some(family) = self.0.name.as_ref().and_then(|name| self.0.into.families.get_mut(name)) {
            family.continued = true;
        }
        self
    }

    /// The count of one label set; it must not be less than at the last scrape.
    pub fn sample(&mut self, labels: &[(&str, &str)], value: impl Into<Number>) -> &mut Self {
        let value = value.into();
        self.0.sample(labels, CollectedValue::Number(value), value.is_count());
        self
    }
}

impl Gauges<'_> {
    /// The value of one label set.
    pub fn sample(&mut self, labels: &[(&str, &str)], value: impl Into<Number>) -> &mut Self {
        self.0.sample(labels, CollectedValue::Number(value.into()), true);
        self
    }
}

impl Histograms<'_> {
    /// The distribution of one label set: how many values fell into each bucket (not cumulative, the one for `+Inf`
    /// last), and their sum.
    pub fn sample(&mut self, labels: &[(&str, &str)], buckets: &[u64], sum: f64) -> &mut Self {
        let family = self.0.name.as_ref().and_then(|name| self.0.into.families.get(name));
        let fits = family.and_then(|family| family.description.bounds.as_ref());
        let valid = sum.is_finite() && fits.is_none_or(|bounds| bounds.buckets() == buckets.len());
        self.0.sample(labels, CollectedValue::Histogram(buckets.into(), sum), valid);
        self
    }
}
