//! The budget of a calendar period, and how much of the period has passed.

use super::Rule;
use super::context::Context;
use super::expr::promql_number;
use super::source::Source;
use crate::objective::{CalendarUnit, Window};

/// Each sample is labelled with its period, and those of this period are summed. Months, quarters and weeks come again
/// with other ranges between them, so that a range never holds two of one name.
pub(super) fn calendar(context: &Context<'_>, source: &Source<'_>) -> Vec<Rule> {
    let Window::Calendar(window) = context.slo.window() else { return Vec::new() };
    let unit = window.unit();
    let name = |what: &str| format!("slo:calendar_{}_{what}:ratio", unit.as_str());
    let objective = context.series("slo:objective:ratio");
    let elapsed = context.record(name("elapsed"), format!("0 * {objective} + scalar({})", elapsed(unit)));
    let (events, bad) = match source {
        Source::Counters(_) | Source::Events { .. } => ("slo:events:rate5m", "slo:bad:rate5m"),
        // Of a ratio without events nothing can be summed but the ratio itself.
        Source::Sampled(_) => ("", "slo:sli_error:ratio_sample"),
        Source::Ratio { .. } => ("", "slo:sli_error:ratio_rate5m"),
    };
    let period = format!("count_values(\"period\", {})", number(unit));
    let label = |series: &str| format!("{}\n* on () group_left (period)\n{period}", context.series(series));
    let labelled = |what: &str| format!("slo:calendar_{what}:rate5m");
    let over = |function: &str, what: &str| {
        let series = context.series(&labelled(what));
        let by = context.by().replace(')', ", period)");
        let total = format!("sum {by} ({function}_over_time({series}[{}d]))", longest_days(unit));
        // Only this period's: the others have another label.
        format!("sum {} ({total}\n* on (period) group_left ()\n{period})", context.by())
    };
    let mut rules = vec![context.record(labelled("bad"), label(bad))];
    let all = if events.is_empty() {
        over("count", "bad")
    } else {
        rules.push(context.record(labelled("events"), label(events)));
        over("sum", "events")
    };
    let spent = format!("({})\n/\n(({all}) > 0)", over("sum", "bad"));
    let budget = format!("sum {} ({})", context.by(), context.series("slo:error_budget:ratio"));
    let remaining = format!("1 - {spent}\n/\n{budget}");
    rules.push(context.record(name("error_budget_remaining"), remaining));
    let remaining = context.series(&name("error_budget_remaining"));
    rules.push(context.record("slo:error_budget_remaining:ratio", remaining));
    rules.push(elapsed);
    rules
}

/// The period's number, at the time of evaluation.
fn number(unit: CalendarUnit) -> &'static str {
    match unit {
        // 1970 began on a Thursday.
        CalendarUnit::Week => "floor(vector((time() + 259200) / 604800))",
        CalendarUnit::Month => "month()",
        CalendarUnit::Quarter => "ceil(month() / 3)",
    }
}

/// The share of the period that has passed.
fn elapsed(unit: CalendarUnit) -> String {
    let month = "(day_of_month() - 1 + hour() / 24 + minute() / 1440) / days_in_month()";
    match unit {
        CalendarUnit::Week => format!("vector(((time() + 259200) % 604800) / {})", promql_number(604_800.0)),
        CalendarUnit::Month => month.into(),
        CalendarUnit::Quarter => format!("((month() - 1) % 3 + {month}) / 3"),
    }
}

fn longest_days(unit: CalendarUnit) -> u32 {
    match unit {
        CalendarUnit::Week => 7,
        CalendarUnit::Month => 31,
        CalendarUnit::Quarter => 92,
    }
}
