//! What an objective promises, as series.

use super::Rule;
use super::context::Context;
use super::expr::promql_number;
use super::recording::ratio_name;
use crate::objective::{Indicator, Window};

/// How long an objective outlives the process that exports it, so that missing data can be told from none.
const KEPT: &str = "1d";

/// The target, the budget and the length of the period.
pub(super) fn metadata(context: &Context<'_>) -> Vec<Rule> {
    let objective = context.series("slo:objective:ratio");
    let days = context.slo.window().nominal().as_secs_f64() / 86_400.0;
    vec![
        context.record("slo:objective:ratio", target(context)),
        // Rounded as in the process: subtracted from 1, 0.999 leaves 0.0010000000000000009.
        context.record("slo:error_budget:ratio", format!("round((1 - {objective}) * 1e12) / 1e12")),
        context.record("slo:period:days", format!("0 * {objective} + {}", promql_number(days))),
    ]
}

/// What the process says; what it said lately; or what is defined here. Each tenant that it names has an objective.
fn target(context: &Context<'_>) -> String {
    let defined = format!("vector({})", promql_number(context.slo.target()));
    if matches!(context.slo.indicator(), Indicator::Queries(_)) {
        return defined;
    }
    let (by, gauge) = (context.by(), context.exported("its_slo_objective_ratio", ""));
    format!("max {by} ({gauge})\nor\nmax {by} (last_over_time({gauge}[{KEPT}]))\nor on ()\n{defined}")
}

/// What is left of the budget of a rolling window; a calendar's is in `calendar`.
pub(super) fn remaining(context: &Context<'_>) -> Option<Rule> {
    let Window::Rolling(window) = context.slo.window() else { return None };
    let (ratio, budget) = (context.series(&ratio_name(*window)), context.series("slo:error_budget:ratio"));
    Some(context.record("slo:error_budget_remaining:ratio", format!("1 - {ratio}\n/\n{budget}")))
}
