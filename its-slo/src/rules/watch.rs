//! Alerts on the figures themselves: they are missing, or two sources of them disagree.

use std::collections::BTreeMap;
use std::time::Duration;

use super::annotations::{WHOSE, promise};
use super::context::{Context, literal};
use super::source::Source;
use super::{AlertingRule, Rule};
use crate::objective::Severity;

const FIVE_MINUTES: Duration = Duration::from_secs(300);

/// An alert without a condition yet.
pub(super) fn alert(context: &Context<'_>, name: &str, condition: &str, severity: Severity) -> AlertingRule {
    let mut labels: BTreeMap<_, _> =
        context.labels().into_iter().map(|(name, value)| (name, literal(&value))).collect();
    labels.insert("severity".into(), severity.as_str().into());
    labels.insert("condition".into(), condition.into());
    let mut annotations = BTreeMap::new();
    if let Some(url) = &context.options.runbook_url {
        annotations.insert("runbook_url".into(), literal(&format!("{}/{name}", url.trim_end_matches('/'))));
    }
    if let Some(url) = &context.options.dashboard_url {
        annotations.insert("dashboard_url".into(), literal(url));
    }
    AlertingRule { alert: name.into(), expr: String::new(), hold: Duration::ZERO, labels, annotations }
}

pub(super) fn watch(context: &Context<'_>, source: &Source<'_>) -> Vec<Rule> {
    let mut rules = vec![Rule::Alerting(missing(context, source))];
    if let Source::Counters(_) = source {
        rules.push(Rule::Alerting(disagree(context)));
    }
    rules
}

/// The objective is there and nothing is counted. All tenants are one here: after a restart one may have had no event
/// yet.
fn missing(context: &Context<'_>, source: &Source<'_>) -> AlertingRule {
    let seen = match source {
        Source::Counters(_) | Source::Events { .. } => "slo:events:increase5m",
        Source::Ratio { .. } | Source::Sampled(_) => "slo:sli_error:ratio_rate5m",
    };
    let mut rule = alert(context, "SloDataMissing", "slo_data_missing", Severity::Page);
    rule.labels.insert("derived_from_absent".into(), "true".into());
    let objective = context.series("slo:objective:ratio");
    rule.expr = format!("count by (slo) ({objective})\nunless on (slo)\n{}", context.series(seen));
    rule.hold = FIVE_MINUTES / context.options.compression;
    let summary = format!("{}: no events are seen, good or bad", context.slo.name());
    rule.annotations.insert("summary".into(), summary);
    let description = format!(
        "Nothing is known of this objective, and none of its other alerts can fire. Is the process up, and scraped?{}",
        promise(context)
    );
    rule.annotations.insert("description".into(), description);
    rule
}

/// The processes' own last hour and Prometheus' differ by more than scraping explains. Only with the same processes as
/// an hour ago, all of which remember it: what others counted is in the counters and in no window.
fn disagree(context: &Context<'_>) -> AlertingRule {
    let hour = "window=\"1h\"";
    let (by, all) = (context.by(), context.exported("its_slo_window_events", hour));
    let bad = context.exported("its_slo_window_events", &format!("{hour},result=\"bad\""));
    let history = context.exported("its_slo_history_seconds", "");
    let ratio = context.series("slo:sli_error:ratio_rate1h");
    let budget = context.series("slo:error_budget:ratio");
    let mut rule = alert(context, "SloSourcesDisagree", "slo_sources_disagree", Severity::Ticket);
    rule.expr = format!(
        "abs(\n{ratio}\n- on (slo, tenant)\nsum {by} ({bad}) / (sum {by} ({all}) > 0)\n)\n> on (slo, tenant)\n(0.5 * \
         {budget} + 0.1 * {ratio})\nand on (slo)\nmin by (slo) ({history}) >= 3600\nand on (slo)\ncount by (slo) \
         ({bad}) == count by (slo) ({bad} offset 1h)"
    );
    rule.hold = FIVE_MINUTES * 3 / context.options.compression;
    let summary = format!(
        "{WHOSE}: the process and Prometheus disagree about the last hour by {{{{ $value | humanizePercentage }}}}"
    );
    rule.annotations.insert("summary".into(), summary);
    let description = "The error ratio that the processes count and the one of their counters differ by more than half of \
         the error budget and a tenth of the ratio. Are all processes scraped, each once, and are these rules made from \
         the definition that they run?";
    rule.annotations.insert("description".into(), format!("{description}{}", promise(context)));
    rule
}
