//! An alert for each tier.

use super::annotations::burn;
use super::context::Context;
use super::expr::promql_number;
use super::recording::{bad_name, events_name};
use super::source::Source;
use super::watch::alert;
use super::{AlertingRule, Rule};
use crate::duration::promql;
use crate::objective::Tier;

pub(super) fn tiers(context: &Context<'_>, source: &Source<'_>) -> Vec<Rule> {
    let period = context.slo.window().nominal();
    context.slo.alerting().tiers_for(period).map(|tier| of(context, source, tier)).collect()
}

/// `SloBurn` and the tier's name, such as `SloBurnPageFast`.
pub(super) fn alert_name(tier: &Tier) -> String {
    let words = tier.name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words = words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]);
    format!("SloBurn{}", words.collect::<String>())
}

fn of(context: &Context<'_>, source: &Source<'_>, tier: &Tier) -> Rule {
    let mut rule = alert(context, &alert_name(tier), "slo_burn", tier.severity);
    rule.labels.insert("tier".into(), super::context::literal(&tier.name));
    rule.labels.insert("long_window".into(), promql(tier.long));
    rule.labels.insert("short_window".into(), promql(tier.short));
    rule.expr = condition(context, source, tier, &rule);
    rule.annotations.extend(burn(context, tier));
    Rule::Alerting(rule)
}

/// As in the process: both windows burn faster than the factor, with enough events; what fires keeps firing a little
/// below it.
fn condition(context: &Context<'_>, source: &Source<'_>, tier: &Tier, rule: &AlertingRule) -> String {
    let alerting = context.slo.alerting();
    let factor = tier.factor(context.slo.window().nominal());
    let burns = |factor: f64| {
        let over = |window| {
            let series = context.series(&format!("slo:burn_rate:ratio{}", promql(window)));
            format!("{series} > {}", promql_number(factor))
        };
        format!("{} and {}", over(tier.long), over(tier.short))
    };
    let mut begins = burns(factor);
    if matches!(source, Source::Counters(_) | Source::Events { .. }) {
        let least =
            [(events_name(tier.long), alerting.min_events), (bad_name(tier.long), alerting.min_bad_events)];
        for (name, least) in least {
            begins += &format!("\nand {} >= {least}", context.series(&name));
        }
    }
    let goes_on = burns(factor * alerting.resolve_ratio);
    let tier = super::context::quoted(&tier.name);
    let firing = format!("alertname=\"{}\",tier={tier},alertstate=\"firing\"", rule.alert);
    let firing = context.series_with("ALERTS", &firing);
    format!("(\n{begins}\n)\nor\n(\n{goes_on}\nand on (slo, tenant) {firing}\n)")
}
