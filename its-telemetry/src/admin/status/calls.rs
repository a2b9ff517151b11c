//! Calls of one subject as the page shows them.

use serde::{Serialize, Serializer};

use crate::admin::history::{CallFigures, CallHistory, Quantile, Subject};

/// One row of a table of calls. Figures are of the window of the calls; an absent one has nothing to be made from.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct CallRow {
    pub(crate) name: String,
    /// Version of a model, method of a route, model or pipeline of a stage.
    pub(crate) detail: String,
    pub(crate) rate_per_second: Option<f64>,
    pub(crate) error_ratio: Option<f64>,
    #[serde(rename = "p50_seconds", serialize_with = "seconds")]
    pub(crate) p50: Option<Quantile>,
    #[serde(rename = "p95_seconds", serialize_with = "seconds")]
    pub(crate) p95: Option<Quantile>,
    #[serde(rename = "p99_seconds", serialize_with = "seconds")]
    pub(crate) p99: Option<Quantile>,
    pub(crate) in_flight: Option<f64>,
    pub(crate) ended_since_start: f64,
    pub(crate) failed_since_start: f64,
    pub(crate) rate_history: Vec<f64>,
    pub(crate) error_history: Vec<Option<f64>>,
    pub(crate) p95_history: Vec<Option<f64>>,
}

impl CallRow {
    pub(super) fn of(history: &CallHistory) -> Self {
        let text = |of: fn(&Subject) -> &str| history.subject.as_ref().map(of).unwrap_or_default().to_owned();
        Self {
            name: text(|subject| &subject.name),
            detail: text(|subject| &subject.detail),
            rate_history: history.rates.clone(),
            error_history: history.errors.clone(),
            p95_history: history.p95s.clone(),
            ..Self::figures(&history.figures)
        }
    }

    fn figures(figures: &CallFigures) -> Self {
        Self {
            rate_per_second: figures.rate,
            error_ratio: figures.error_ratio,
            p50: figures.p50,
            p95: figures.p95,
            p99: figures.p99,
            in_flight: figures.in_flight,
            ended_since_start: figures.ended,
            failed_since_start: figures.failed,
            ..Self::default()
        }
    }
}

/// The number that PromQL's `histogram_quantile` would give.
fn seconds<S: Serializer>(quantile: &Option<Quantile>, serializer: S) -> Result<S::Ok, S::Error> {
    quantile.map(Quantile::value).serialize(serializer)
}
