//! What one kind of call counts: outcomes, duration, in flight, errors, batches.

use std::sync::OnceLock;

use super::*;
use crate::core::Core;
use crate::observe::{Kind, Outcome, TOTAL};
use crate::registry::{Counter, Histogram, UpDownCounter};

/// Label values of one kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CallLabels<'a> {
    pub(crate) kind: Kind,
    pub(crate) model: &'a str,
    pub(crate) version: &'a str,
    pub(crate) stage: &'a str,
}

/// The handles of one kind of call. Outcomes other than `ok` get their series when they first happen.
#[derive(Debug)]
pub(crate) struct CallMetrics {
    kind: Kind,
    model: Box<str>,
    version: Box<str>,
    stage: Box<str>,
    /// Stages of an inference are timed, but only the whole counts as a request.
    whole: Option<Whole>,
    duration: PerOutcome<Histogram>,
    batch: OnceLock<(Histogram, Counter)>,
}

#[derive(Debug)]
struct Whole {
    ended: PerOutcome<Counter>,
    in_flight: UpDownCounter,
}

/// One handle for each outcome, made when it is first needed.
#[derive(Debug)]
pub(crate) struct PerOutcome<T>([OnceLock<T>; Outcome::COUNT]);

impl<T> PerOutcome<T> {
    pub(crate) fn new() -> Self {
        Self([const { OnceLock::new() }; Outcome::COUNT])
    }

    /// The handles made so far.
    pub(crate) fn made(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(OnceLock::get)
    }

    #[inline]
    pub(crate) fn get(&self, outcome: Outcome, make: impl FnOnce() -> T) -> &T {
        let slot = &self.0[outcome as usize];
        match slot.get() {
            Some(made) => made,
            None => first(slot, make),
        }
    }
}

#[cold]
fn first<T>(slot: &OnceLock<T>, make: impl FnOnce() -> T) -> &T {
    slot.get_or_init(make)
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
            whole: None,
            duration: PerOutcome::new(),
            batch: OnceLock::new(),
        };
        if labels.kind != Kind::Inference || labels.stage == TOTAL {
            let (_, in_flight, _, _) = metrics.families();
            let in_flight = core.up_down(in_flight, &metrics.identity(), metrics.folds());
            metrics.whole = Some(Whole { ended: PerOutcome::new(), in_flight });
        }
        // What an alert divides by must exist before the first failure.
        metrics.ended(core, Outcome::Ok);
        metrics.ended(core, Outcome::Error);
        metrics.duration(core, Outcome::Ok);
        metrics
    }

    pub(crate) fn labels(&self) -> CallLabels<'_> {
        CallLabels { kind: self.kind, model: &self.model, version: &self.version, stage: &self.stage }
    }

    /// Whether the call counts for its tenant and its camera.
    #[inline]
    pub(crate) fn is_request(&self) -> bool {
        self.kind == Kind::Inference && self.whole.is_some()
    }

    #[inline]
    pub(crate) fn in_flight(&self) -> Option<&UpDownCounter> {
        self.whole.as_ref().map(|whole| &whole.in_flight)
    }

    #[inline]
    pub(crate) fn ended(&self, core: &Core, outcome: Outcome) -> Option<&Counter> {
        let whole = self.whole.as_ref()?;
        Some(whole.ended.get(outcome, move || {
            let mut labels = self.identity();
            labels.push(("outcome", outcome.as_str()));
            core.counter(self.families().0, &labels, self.folds())
        }))
    }

    #[inline]
    pub(crate) fn duration(&self, core: &Core, outcome: Outcome) -> &Histogram {
        self.duration.get(outcome, move || {
            let mut labels = self.identity();
            if self.kind == Kind::Inference {
                labels.push(("stage", &self.stage));
            }
            labels.push(("outcome", outcome.as_str()));
            core.histogram(self.families().2, &labels, self.folds())
        })
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
