//! What one kind of call counts: outcomes, duration, in flight, errors, batches.

use std::sync::OnceLock;

pub(crate) use super::per_outcome::PerOutcome;
use super::*;
use crate::core::Core;
use crate::observe::{Kind, Outcome, TOTAL};
use crate::registry::{Bounds, Counter, Histogram, UpDownCounter, Writer};

/// Label values of one kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CallLabels<'a> {
    pub(crate) kind: Kind,
    pub(crate) model: &'a str,
    pub(crate) version: &'a str,
    pub(crate) stage: &'a str,
    /// The objectives that the call counts for.
    pub(crate) slo: Option<&'a str>,
}

/// The handles of one kind of call. Outcomes other than `ok` get their series when they first happen.
#[derive(Debug)]
pub(crate) struct CallMetrics {
    kind: Kind,
    model: Box<str>,
    version: Box<str>,
    stage: Box<str>,
    slo: Option<Box<str>>,
    #[cfg(feature = "slo")]
    feed: crate::slo::Feed,
    #[cfg(feature = "gpu")]
    gpu: Option<crate::gpu::Feed>,
    /// Stages of an inference are timed, but only the whole counts as a request.
    whole: Option<Whole>,
    duration: PerOutcome<Histogram>,
    /// The bounds of the durations, when they are in our registry.
    bounds: Option<Bounds>,
    batch: OnceLock<(Histogram, Counter)>,
}

#[derive(Debug)]
struct Whole {
    ended: PerOutcome<Counter>,
    in_flight: UpDownCounter,
}

/// Labels that fold when too many models or stages are seen: the version first, then the model.
const MODEL_FOLDS: &[&str] = &["model_version", "model"];
const STAGE_FOLDS: &[&str] = &["stage"];

impl CallMetrics {
    pub(crate) fn new(core: &Core, labels: CallLabels<'_>) -> Self {
        let mut metrics = Self {
            kind: labels.kind,
            model: labels.model.into(),
            version: labels.version.into(),
            stage: labels.stage.into(),
            slo: labels.slo.map(Into::into),
            #[cfg(feature = "slo")]
            feed: core.objectives.feed(labels.slo),
            #[cfg(feature = "gpu")]
            gpu: crate::gpu::Feed::of(core.settings.gpus.as_ref(), labels, core.settings.max_series),
            whole: None,
            duration: PerOutcome::new(),
            bounds: None,
            batch: OnceLock::new(),
        };
        if labels.kind != Kind::Inference || labels.stage == TOTAL {
            let (_, in_flight, _, _) = metrics.families();
            let in_flight = core.up_down(in_flight, &metrics.identity(), metrics.folds());
            metrics.whole = Some(Whole { ended: PerOutcome::new(), in_flight });
        }
        // What an alert divides by must exist before the first failure.
        if let Some(whole) = &metrics.whole {
            for outcome in [Outcome::Ok, Outcome::Error] {
                whole.ended.get(outcome, || metrics.counter(core, outcome));
            }
        }
        metrics.bounds = metrics.duration(core, Outcome::Ok).bounds().cloned();
        metrics
    }

    pub(crate) fn labels(&self) -> CallLabels<'_> {
        CallLabels {
            kind: self.kind,
            model: &self.model,
            version: &self.version,
            stage: &self.stage,
            slo: self.slo.as_deref(),
        }
    }

    /// Whether the call counts for its tenant and its camera.
    #[inline]
    pub(crate) fn is_request(&self) -> bool {
        self.kind == Kind::Inference && self.whole.is_some()
    }

    /// Calls that have begun and not ended, `n` more.
    #[inline]
    pub(crate) fn add_in_flight(&self, writer: Writer<'_>, n: i64) {
        if let Some(whole) = &self.whole {
            whole.in_flight.add_with(writer, n);
        }
    }

    /// A call ended.
    #[inline]
    pub(crate) fn count_end(&self, core: &Core, writer: Writer<'_>, outcome: Outcome) {
        if let Some(whole) = &self.whole {
            whole.in_flight.add_with(writer, -1);
            whole.ended.count(writer, outcome, move || self.counter(core, outcome));
        }
    }

    /// Whether there is an objective that these calls count for.
    pub(crate) fn has_objective(&self) -> bool {
        #[cfg(feature = "slo")]
        return self.feed.is_some();
        #[cfg(not(feature = "slo"))]
        false
    }

    /// The objectives that these calls count for.
    #[cfg(feature = "slo")]
    #[inline]
    pub(crate) fn feed(&self) -> crate::slo::Feed {
        self.feed
    }

    /// Counts the call as work of a GPU, when somebody wants to know.
    #[cfg(feature = "gpu")]
    #[inline]
    pub(crate) fn count_work(&self, shared: &crate::scope::Shared, nanos: u64) {
        if let Some(gpu) = &self.gpu {
            gpu.record(&self.model, shared, nanos);
        }
    }

    /// A call took so many nanoseconds.
    #[inline]
    pub(crate) fn record_nanos(&self, core: &Core, writer: Writer<'_>, outcome: Outcome, nanos: u64) {
        let make = move || self.histogram(core, outcome);
        self.duration.record_nanos(writer, self.bounds.as_ref(), (outcome, nanos), make);
    }

    /// The histogram of these calls.
    pub(crate) fn duration(&self, core: &Core, outcome: Outcome) -> &Histogram {
        self.duration.get(outcome, move || self.histogram(core, outcome))
    }

    fn counter(&self, core: &Core, outcome: Outcome) -> Counter {
        let mut labels = self.identity();
        labels.push(("outcome", outcome.as_str()));
        core.counter(self.families().0, &labels, self.folds())
    }

    fn histogram(&self, core: &Core, outcome: Outcome) -> Histogram {
        let mut labels = self.identity();
        if self.kind == Kind::Inference {
            labels.push(("stage", &self.stage));
        }
        labels.push(("outcome", outcome.as_str()));
        core.histogram(self.families().2, &labels, self.folds())
    }

    /// Off the hot path: the call has failed and is exported anyway.
    pub(crate) fn count_error(&self, core: &Core, error_kind: &str) {
        if self.whole.is_none() {
            return;
        }
        let mut labels = self.identity();
        labels.push(("error_kind", error_kind));
        core.counter(self.families().3, &labels, &["error_kind", "model_version", "model", "stage"]).add(1);
    }

    pub(crate) fn record_batch(&self, core: &Core, items: u64) {
        let (size, total) = self.batch.get_or_init(|| {
            let labels = [("model", &*self.model), ("model_version", &*self.version)];
            let size = core.histogram(&INFERENCE_BATCH_SIZE, &labels, MODEL_FOLDS);
            (size, core.counter(&INFERENCE_ITEMS, &labels, MODEL_FOLDS))
        });
        size.record(items as f64);
        total.add(items);
    }

    fn identity(&self) -> Vec<(&str, &str)> {
        match self.kind {
            Kind::Inference => vec![("model", &self.model), ("model_version", &self.version)],
            Kind::Camera | Kind::Stage => vec![("stage", &self.stage)],
        }
    }

    fn folds(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Inference => MODEL_FOLDS,
            Kind::Camera | Kind::Stage => STAGE_FOLDS,
        }
    }

    /// Ended, in flight, duration, errors.
    fn families(
        &self,
    ) -> (&'static Instrument, &'static Instrument, &'static Instrument, &'static Instrument) {
        match self.kind {
            Kind::Inference => {
                (&INFERENCE_REQUESTS, &INFERENCE_IN_FLIGHT, &INFERENCE_DURATION, &INFERENCE_ERRORS)
            }
            Kind::Camera => {
                (&CAMERA_STAGE_CALLS, &CAMERA_STAGE_IN_FLIGHT, &CAMERA_STAGE_DURATION, &CAMERA_STAGE_ERRORS)
            }
            Kind::Stage => (&STAGE_CALLS, &STAGE_IN_FLIGHT, &STAGE_DURATION, &STAGE_ERRORS),
        }
    }
}
