//! What is reported of an objective.

use its_slo::Slo;
use serde::Serialize;

use crate::prometheus::Counted;

/// So many of the worst days are named.
const WORST_DAYS: usize = 3;

/// An objective, or a tenant of it.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) tenant: Option<String>,
    pub(super) target: f64,
    /// `events` or `slices`.
    pub(super) unit: &'static str,
    pub(super) events: f64,
    pub(super) bad: f64,
    /// `null` when nothing happened, like the two that follow from it.
    pub(super) error_ratio: Option<f64>,
    pub(super) budget_spent: Option<f64>,
    pub(super) budget_remaining: Option<f64>,
    /// The days on which most of it was spent, the worst first.
    pub(super) worst_days: Vec<Day>,
}

#[derive(Debug, Serialize)]
pub(super) struct Day {
    pub(super) day: String,
    pub(super) events: f64,
    pub(super) bad: f64,
    /// Of the whole period's budget, as a ratio.
    pub(super) budget_spent: f64,
}

impl Day {
    pub(super) fn new(day: &str, counted: Counted) -> Self {
        Self { day: day.into(), events: counted.all(), bad: counted.bad, budget_spent: 0.0 }
    }
}

impl Row {
    pub(super) fn new(slo: &Slo, tenant: Option<String>, counted: Counted, mut days: Vec<Day>) -> Self {
        let events = counted.all();
        let error_ratio = (events > 0.0).then(|| counted.bad / events);
        let budget_spent = error_ratio.map(|ratio| ratio / slo.error_budget());
        days.retain(|day| day.bad > 0.0);
        days.sort_by(|a, b| b.bad.total_cmp(&a.bad));
        days.truncate(WORST_DAYS);
        days.iter_mut().for_each(|day| day.budget_spent = day.bad / (events * slo.error_budget()));
        Self {
            name: slo.name().into(),
            tenant,
            target: slo.target(),
            unit: if slo.budgeting().slice().is_some() { "slices" } else { "events" },
            events,
            bad: counted.bad,
            error_ratio,
            budget_spent,
            budget_remaining: budget_spent.map(|spent| 1.0 - spent),
            worst_days: days,
        }
    }
}
