//! Where events come from: the process's counters, or an imported objective's queries.

use std::time::Duration;

use super::context::Context;
use super::expr::{finite, promql_number};
use crate::objective::{Budgeting, Indicator, Operator, Queries};

/// The range in an imported query.
const PLACEHOLDER: &str = "{{.window}}";

/// What the error ratio is made of.
#[derive(Debug)]
pub(super) enum Source<'a> {
    /// Counters that the process exports.
    Counters(&'static str),
    /// Queries for good or bad events, and for all.
    Events { part: &'a str, part_is_good: bool, total: &'a str },
    /// A query that is a ratio already, over any window.
    Ratio { query: &'a str, is_success: bool },
    /// A ratio that is looked at once in each evaluation; a window is the mean of it.
    Sampled(String),
}

impl<'a> Source<'a> {
    pub(super) fn of(context: &Context<'a>) -> Self {
        let slo = context.slo;
        let slices = matches!(slo.budgeting(), Budgeting::Timeslices { .. });
        match slo.indicator() {
            Indicator::Queries(queries) => Self::imported(context, queries),
            _ if slices => Self::Counters("its_slo_slices_total"),
            _ => Self::Counters("its_slo_events_total"),
        }
    }

    fn imported(context: &Context<'a>, queries: &'a Queries) -> Self {
        let events = match queries {
            Queries::Ratio { part, part_is_good, total } => {
                Self::Events { part, part_is_good: *part_is_good, total }
            }
            Queries::Raw { query, is_success } => Self::Ratio { query, is_success: *is_success },
            Queries::Threshold { query, operator, value } => {
                return threshold(context, query, *operator, value);
            }
        };
        match context.slo.budgeting() {
            Budgeting::Occurrences if events.has_windows() => events,
            Budgeting::Occurrences => Self::Sampled(events.ratio(context, super::windows::BASE)),
            // A slice is what lies behind each evaluation: Prometheus has no grid of its own.
            Budgeting::Timeslices { slice, target } => {
                let allowed = promql_number(((1.0 - target) * 1e12).round() / 1e12);
                Self::Sampled(format!("({}) > bool {allowed}", events.ratio(context, *slice)))
            }
            Budgeting::RatioTimeslices { slice } => Self::Sampled(events.ratio(context, *slice)),
        }
    }

    /// Whether its queries can be asked for any window.
    fn has_windows(&self) -> bool {
        match self {
            Self::Counters(_) => true,
            Self::Events { part, total, .. } => part.contains(PLACEHOLDER) && total.contains(PLACEHOLDER),
            Self::Ratio { query, .. } => query.contains(PLACEHOLDER),
            Self::Sampled(_) => false,
        }
    }

    /// All events within a window; `None` where only a ratio is known.
    pub(super) fn events(&self, context: &Context<'_>, window: Duration) -> Option<String> {
        match self {
            Self::Counters(counter) => {
                let series = context.exported(counter, "");
                Some(format!("sum {} (increase({series}[{}]))", context.by(), context.range(window)))
            }
            Self::Events { total, .. } => Some(summed(context, total, window)),
            Self::Ratio { .. } | Self::Sampled(_) => None,
        }
    }

    /// Bad events within a window: zero where there are events and no series of bad ones.
    pub(super) fn bad(&self, context: &Context<'_>, window: Duration) -> Option<String> {
        let events = self.events(context, window)?;
        match self {
            Self::Counters(counter) => {
                let series = context.exported(counter, "result=\"bad\"");
                let bad = format!("sum {} (increase({series}[{}]))", context.by(), context.range(window));
                Some(format!("{bad}\nor\n0 * {events}"))
            }
            Self::Events { part, part_is_good, .. } => {
                let part = format!("{}\nor\n0 * {events}", summed(context, part, window));
                Some(if *part_is_good { format!("{events}\n-\n(\n{part}\n)") } else { part })
            }
            Self::Ratio { .. } | Self::Sampled(_) => None,
        }
    }

    /// The error ratio over a window, asked for directly.
    pub(super) fn ratio(&self, context: &Context<'_>, window: Duration) -> String {
        match self {
            Self::Counters(_) | Self::Events { .. } => {
                let all = self.events(context, window).unwrap_or_default();
                let bad = self.bad(context, window).unwrap_or_default();
                format!("(\n{bad}\n)\n/\n(\n{all} > 0\n)")
            }
            Self::Ratio { query, is_success } => {
                let query = in_window(context, query, window);
                finite(&if *is_success { format!("1 - ({query})") } else { query })
            }
            Self::Sampled(expr) => expr.clone(),
        }
    }
}

/// A value that is compared: each evaluation is a sample, or the share of good samples in a slice is.
fn threshold<'a>(context: &Context<'a>, query: &str, operator: Operator, value: &str) -> Source<'a> {
    let slice = context.slo.budgeting().slice().unwrap_or(super::windows::BASE);
    let query = finite(&in_window(context, query, slice));
    let bad = format!("1 - (\n{query}\n{} bool {value}\n)", operator.as_promql());
    match context.slo.budgeting() {
        Budgeting::Timeslices { slice, target } if *target < 1.0 => {
            let (slice, step) = (context.range(*slice), context.range(context.interval()));
            let allowed = promql_number(((1.0 - target) * 1e12).round() / 1e12);
            Source::Sampled(format!("avg_over_time((\n{bad}\n)[{slice}:{step}]) > bool {allowed}"))
        }
        _ => Source::Sampled(bad),
    }
}

fn in_window(context: &Context<'_>, query: &str, window: Duration) -> String {
    query.replace(PLACEHOLDER, &context.range(window)).trim().to_owned()
}

/// An imported query as a number of events: one that takes a rate is events a second.
fn summed(context: &Context<'_>, query: &str, window: Duration) -> String {
    let times = if query.contains("rate(") {
        format!(" * {}", promql_number(context.seconds(window)))
    } else {
        String::new()
    };
    let by = if context.slo.per_tenant().is_some() { "by (tenant) " } else { "" };
    // What is not at least zero is no number.
    format!("(sum {by}({}){times} >= 0)", in_window(context, query, window))
}
