//! Events, error ratios and burn rates, over each window.

use std::time::Duration;

use super::Rule;
use super::context::Context;
use super::expr::promql_number;
use super::source::Source;
use super::windows::{BASE, LONGEST_RAW, windows};
use crate::duration::promql;

/// The mean of it is the error ratio of an objective that is sampled.
const SAMPLE: &str = "slo:sli_error:ratio_sample";

pub(super) fn recording(context: &Context<'_>, source: &Source<'_>) -> Vec<Rule> {
    let mut rules = base(context, source);
    for window in windows(context.slo) {
        rules.extend(ratio(context, source, window));
        let (name, range) = (ratio_name(window), promql(window));
        let burn_rate = format!("{}\n/\n{}", context.series(&name), context.series("slo:error_budget:ratio"));
        rules.push(context.record(format!("slo:burn_rate:ratio{range}"), burn_rate));
    }
    rules
}

pub(super) fn ratio_name(window: Duration) -> String {
    format!("slo:sli_error:ratio_rate{}", promql(window))
}

/// What the staged windows are made of.
fn base(context: &Context<'_>, source: &Source<'_>) -> Vec<Rule> {
    let seconds = promql_number(context.seconds(BASE));
    match (source, source.events(context, BASE), source.bad(context, BASE)) {
        (Source::Sampled(sample), ..) => vec![context.record(SAMPLE, sample)],
        (_, Some(events), Some(bad)) => vec![
            context.record("slo:events:rate5m", format!("{events}\n/ {seconds}")),
            context.record("slo:bad:rate5m", format!("(\n{bad}\n)\n/ {seconds}")),
        ],
        _ => Vec::new(),
    }
}

/// The error ratio over one window, and what it is made of.
fn ratio(context: &Context<'_>, source: &Source<'_>, window: Duration) -> Vec<Rule> {
    let name = ratio_name(window);
    let counts = match source {
        Source::Sampled(_) => {
            let sample = context.series(SAMPLE);
            let range = context.range(window);
            let by = context.by();
            let over = |function| format!("sum {by} ({function}_over_time({sample}[{range}]))");
            return vec![context.record(name, format!("{}\n/\n{}", over("sum"), over("count")))];
        }
        Source::Ratio { .. } => return vec![context.record(name, source.ratio(context, window))],
        Source::Counters(_) | Source::Events { .. } if window > LONGEST_RAW => {
            [staged(context, "slo:events:rate5m", window), staged(context, "slo:bad:rate5m", window)]
        }
        Source::Counters(_) | Source::Events { .. } => {
            [source.events(context, window), source.bad(context, window)].map(Option::unwrap_or_default)
        }
    };
    let [events, bad] = counts;
    let (events_name, bad_name) = (events_name(window), bad_name(window));
    // Without events there is no ratio: a gap, and never 0 / 0.
    let ratio = format!("{}\n/\n({} > 0)", context.series(&bad_name), context.series(&events_name));
    vec![context.record(events_name, events), context.record(bad_name, bad), context.record(name, ratio)]
}

/// The sum of what was recorded each interval. Good and bad are summed apart: a ratio is never averaged. Summed over all
/// series of the objective, for its labels may have been others a week ago.
fn staged(context: &Context<'_>, rate: &str, window: Duration) -> String {
    let (by, series, range) = (context.by(), context.series(rate), context.range(window));
    let interval = promql_number(context.seconds(context.interval()));
    format!("sum {by} (sum_over_time({series}[{range}])) * {interval}")
}

pub(super) fn events_name(window: Duration) -> String {
    format!("slo:events:increase{}", promql(window))
}

pub(super) fn bad_name(window: Duration) -> String {
    format!("slo:bad:increase{}", promql(window))
}
