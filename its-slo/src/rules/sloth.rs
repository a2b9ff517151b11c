//! The series of sloth, by its names and labels, for dashboards that know only these.

use std::collections::BTreeMap;

use super::context::Context;
use super::expr::promql_number;
use super::recording::ratio_name;
use super::windows::windows;
use super::{RecordingRule, Rule};
use crate::duration::promql;
use crate::objective::Window;

/// They have sloth's labels and no label `slo`, and so are never taken for ours. The values are ours: weighted by events.
pub(super) fn sloth(context: &Context<'_>) -> Vec<Rule> {
    if !context.options.sloth_names {
        return Vec::new();
    }
    let (budget, period) = (context.series("slo:error_budget:ratio"), context.slo.window().nominal());
    let of_period = ratio_name(period);
    let copy = |series: &str| context.series(series);
    let mut rules: Vec<_> = windows(context.slo)
        .into_iter()
        .map(|window| {
            let name = ratio_name(window);
            let mut rule = record(context, &name, copy(&name));
            rule.labels.insert("sloth_window".into(), promql(window));
            rule
        })
        .collect();
    let spent = match context.slo.window() {
        Window::Rolling(_) => format!("{} / {budget}", copy(&of_period)),
        Window::Calendar(_) => format!("1 - {}", copy("slo:error_budget_remaining:ratio")),
    };
    let days = promql_number(period.as_secs_f64() / 86_400.0);
    rules.extend([
        record(context, "slo:objective:ratio", copy("slo:objective:ratio")),
        record(context, "slo:error_budget:ratio", copy("slo:error_budget:ratio")),
        record(context, "slo:time_period:days", format!("vector({days})")),
        record(context, "slo:current_burn_rate:ratio", copy("slo:burn_rate:ratio5m")),
        record(context, "slo:period_burn_rate:ratio", spent),
        record(context, "slo:period_error_budget_remaining:ratio", copy("slo:error_budget_remaining:ratio")),
    ]);
    let mut info = record(context, "sloth_slo_info", "vector(1)".into());
    let objective = (context.slo.target() * 100.0 * 1e9).round() / 1e9;
    let more = [("sloth_mode", "its-slo".to_owned()), ("sloth_objective", promql_number(objective))];
    info.labels.extend(more.map(|(name, value)| (name.to_owned(), value)));
    rules.push(info);
    rules.into_iter().map(Rule::Recording).collect()
}

/// One of sloth's: of what is recorded under our labels, only the tenant is kept.
fn record(context: &Context<'_>, name: &str, expr: String) -> RecordingRule {
    let service = context.options.service.as_deref().unwrap_or("default");
    let slo = context.slo.name();
    let labels = BTreeMap::from([
        ("sloth_id".to_owned(), format!("{service}-{slo}")),
        ("sloth_service".to_owned(), service.to_owned()),
        ("sloth_slo".to_owned(), slo.to_owned()),
    ]);
    RecordingRule { record: name.into(), expr: format!("max by (tenant) (\n{expr}\n)"), labels }
}
