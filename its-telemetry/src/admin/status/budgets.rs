//! Error budgets as the page shows them.

use std::time::Duration;

use its_slo::{Slos, State, Tracker};
use serde::Serialize;

/// Points of the line of burn rates, and the time from one to the next.
const POINTS: usize = 60;
const STEP: Duration = Duration::from_secs(300);

/// One budget.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct BudgetRow {
    pub(crate) name: String,
    pub(crate) tenant: Option<String>,
    pub(crate) description: String,
    pub(crate) target: f64,
    pub(crate) period_seconds: f64,
    #[serde(serialize_with = "word")]
    pub(crate) state: State,
    pub(crate) budget_remaining: Option<f64>,
    pub(crate) burn_rate: Option<f64>,
    pub(crate) burn_rate_history: Vec<Option<f64>>,
    pub(crate) exhausted_in_seconds: Option<f64>,
    pub(crate) history_seconds: f64,
    /// Names of the alerts that fire.
    pub(crate) firing: Vec<String>,
}

impl BudgetRow {
    /// All budgets, those that need a look first.
    pub(super) fn all(slos: Option<&Slos>) -> Vec<Self> {
        let mut rows: Vec<_> = slos.iter().flat_map(|slos| slos.trackers()).map(|t| Self::of(&t)).collect();
        rows.sort_by_key(|row| State::ALL.len() - row.state as usize);
        rows
    }

    fn of(tracker: &Tracker) -> Self {
        let now = tracker.snapshot();
        let hour = now.windows.iter().find(|window| window.name == "1h");
        Self {
            name: now.slo,
            tenant: now.tenant,
            description: tracker.slo().description().into(),
            target: now.target,
            period_seconds: now.period.as_secs_f64(),
            state: now.state,
            budget_remaining: now.budget_remaining,
            burn_rate: hour.and_then(|hour| hour.burn_rate),
            burn_rate_history: tracker.burn_rates(STEP, POINTS),
            exhausted_in_seconds: now.time_to_exhaustion.map(|time| time.as_secs_f64()),
            history_seconds: now.history.as_secs_f64(),
            firing: now.tiers.into_iter().filter(|tier| tier.firing).map(|tier| tier.tier).collect(),
        }
    }
}

fn word<S: serde::Serializer>(state: &State, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.as_str())
}
