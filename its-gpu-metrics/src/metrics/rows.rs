//! Collects the samples of one metric after the other.

use std::borrow::Cow;

use super::{Family, Metric, Sample, Value};
use crate::snapshot::{Gpu, Readings, State};

/// The families so far.
#[derive(Debug)]
pub(crate) struct Families<'a> {
    gpus: &'a [Gpu],
    pub(crate) families: Vec<Family<'a>>,
}

/// Writes the samples of one metric, each with some labels first.
#[derive(Debug)]
pub(crate) struct Rows<'r, 'a> {
    first: &'r [(&'static str, Cow<'a, str>)],
    samples: &'r mut Vec<Sample<'a>>,
}

/// What is known of a GPU at this time.
pub(crate) fn readings(gpu: &Gpu) -> Option<&Readings> {
    gpu.readings.as_ref().filter(|_| gpu.state == State::Ok)
}

impl<'a> Families<'a> {
    pub(crate) fn of(gpus: &'a [Gpu]) -> Self {
        Self { gpus, families: Vec::with_capacity(super::ALL.len()) }
    }

    /// A metric that belongs to no GPU.
    pub(crate) fn rows(&mut self, metric: &'static Metric, write: impl FnOnce(&mut Rows<'_, 'a>)) {
        let mut samples = Vec::new();
        write(&mut Rows { first: &[], samples: &mut samples });
        if !samples.is_empty() {
            self.families.push(Family { metric, samples });
        }
    }

    /// A metric of every GPU that has been seen.
    pub(crate) fn each(&mut self, metric: &'static Metric, write: impl Fn(&'a Gpu, &mut Rows<'_, 'a>)) {
        let is_generic = metric.labels.contains(&"hw_type");
        let gpus = self.gpus;
        self.rows(metric, |rows| {
            for gpu in gpus {
                let first = [("hw_id", (&*gpu.info.uuid).into()), ("hw_type", "gpu".into())];
                let first = &first[..if is_generic { 2 } else { 1 }];
                write(gpu, &mut Rows { first, samples: &mut *rows.samples });
            }
        });
    }

    /// A metric of every GPU that answers.
    pub(crate) fn gauges(
        &mut self,
        metric: &'static Metric,
        write: impl Fn(&'a Readings, &mut Rows<'_, 'a>),
    ) {
        self.each(metric, |gpu, rows| {
            if let Some(readings) = readings(gpu) {
                write(readings, rows);
            }
        });
    }

    /// A metric with one value for each GPU that answers, if it tells.
    pub(crate) fn gauge<V: Into<Value<'a>>>(
        &mut self,
        metric: &'static Metric,
        value: impl Fn(&'a Readings) -> Option<V>,
    ) {
        self.gauges(metric, |readings, rows| rows.add_if([], value(readings)));
    }
}

impl<'r, 'a> Rows<'r, 'a> {
    /// Writes into `samples`; each has the labels `first`.
    pub(crate) fn new(first: &'r [(&'static str, Cow<'a, str>)], samples: &'r mut Vec<Sample<'a>>) -> Self {
        Self { first, samples }
    }

    /// A sample.
    pub(crate) fn add(
        &mut self,
        labels: impl IntoIterator<Item = (&'static str, Cow<'a, str>)>,
        value: impl Into<Value<'a>>,
    ) {
        let labels = labels.into_iter();
        let mut all = Vec::with_capacity(self.first.len() + labels.size_hint().1.unwrap_or(0));
        all.extend_from_slice(self.first);
        all.extend(labels);
        self.samples.push(Sample { labels: all, value: value.into() });
    }

    /// A sample, if there is a value.
    pub(crate) fn add_if(
        &mut self,
        labels: impl IntoIterator<Item = (&'static str, Cow<'a, str>)>,
        value: Option<impl Into<Value<'a>>>,
    ) {
        if let Some(value) = value {
            self.add(labels, value);
        }
    }

    /// A sample for each of some label values: 1 for those that are `set`, 0 for the others.
    pub(crate) fn flags<T>(
        &mut self,
        label: &'static str,
        all: impl IntoIterator<Item = (T, &'static str)>,
        set: impl Fn(T) -> bool,
    ) {
        for (item, name) in all {
            self.add([(label, name.into())], set(item));
        }
    }
}

/// A label from a number.
pub(crate) fn number<'a>(n: impl std::fmt::Display) -> Cow<'a, str> {
    Cow::Owned(n.to_string())
}

/// The labels of a GPU instance and, if it is of one, of a compute instance in it; none for a whole GPU.
pub(crate) fn parts<'a>(
    mig: Option<(u32, Option<u32>)>,
) -> impl Iterator<Item = (&'static str, Cow<'a, str>)> {
    let ci = mig.and_then(|(_, ci)| ci).map(|ci| ("ci", number(ci)));
    mig.map(|(gi, _)| ("gi", number(gi))).into_iter().chain(ci)
}

/// A label whose value may not be known.
pub(crate) fn known<'a>(
    name: &'static str,
    value: Option<&'a str>,
) -> impl Iterator<Item = (&'static str, Cow<'a, str>)> {
    value.into_iter().map(move |value| (name, value.into()))
}
