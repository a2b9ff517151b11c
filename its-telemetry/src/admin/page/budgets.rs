//! The table of error budgets.

use its_slo::State;
use maud::{Markup, html};

use super::super::status::BudgetRow;
use super::calls::name;
use super::format;
use super::svg::{share, sparkline};
use super::table::{Column, Section};

/// Rows on the page; those that need a look come first.
const ROWS: usize = 25;

pub(super) fn section(rows: &[BudgetRow]) -> Markup {
    let columns = [
        Column::Text("Objective"),
        Column::Text("State"),
        Column::Number("Promised"),
        Column::Number("Budget left"),
        Column::Line("Of the budget"),
        Column::Number("Burn rate"),
        Column::Line("Last 5 hours"),
        Column::Number("Exhausted in"),
        Column::Number("Seen"),
    ];
    let empty = html! {
        "No objective is tracked. Give "
        code { "Telemetry::builder(..).slos(..)" }
        " one, and name it with "
        code { "slo = \"name\"" }
        " on the functions that it judges."
    };
    let more = html! {
        @if rows.len() > ROWS {
            p.more { (rows.len() - ROWS) " more are doing no worse: " a href="/slo" { "all of them" } "." }
        }
    };
    let section = Section {
        id: "budgets",
        title: "Error budgets",
        note: html! { "burn rate of the last hour" },
        class: "stack",
        before: Markup::default(),
        columns: &columns,
        lines: rows.iter().take(ROWS).map(line).collect(),
        empty: Some(&empty),
        more,
    };
    section.markup()
}

fn line(row: &BudgetRow) -> Markup {
    let (class, word) = match row.state {
        State::Ok => ("good", "ok"),
        State::NoTraffic => ("idle", "no traffic"),
        State::NoData => ("idle", "no data"),
        State::Burning => ("warn", "burning"),
        State::Exhausted => ("bad", "exhausted"),
    };
    let left = row.budget_remaining;
    let spent = left.is_some_and(|left| left <= 0.0);
    html! {
        tr {
            th scope="row" title=[Some(&row.description).filter(|text| !text.is_empty())] {
                (name(&row.name))
                @if let Some(tenant) = &row.tenant { bdi.detail { (name(tenant)) } }
            }
            td.together data-label="State" {
                span.state.(class) { (word) }
                @if let [urgent, rest @ ..] = &*row.firing {
                    span.detail title=(row.firing.join(", ")) {
                        (urgent) @if !rest.is_empty() { " +" (rest.len()) }
                    }
                }
            }
            td.number data-label="Promised" { (promised(row.target)) span.detail { (days(row.period_seconds)) } }
            td.number.bad[spent] data-label="Budget left" { (remaining(left)) }
            td.line data-label="Of the budget" { (share(left, if spent { "bad" } else { class })) }
            td.number data-label="Burn rate" { (times(row.burn_rate)) }
            td.line data-label="Last 5 hours" { (sparkline(&row.burn_rate_history, "Burn rate", times)) }
            td.number data-label="Exhausted in" {
                (match row.exhausted_in_seconds {
                    Some(0.0) => "now".into(),
                    Some(seconds) if seconds > 365.0 * 86_400.0 => ">1 year".into(),
                    Some(seconds) => format::span(seconds),
                    None => format::NONE.into(),
                })
            }
            td.number data-label="Seen" { (format::span(row.history_seconds)) }
        }
    }
}

/// A target with all its digits: `99.9 %`.
fn promised(target: f64) -> String {
    format::exact_percent(target)
}

/// Left of a budget; more than there was can be spent.
fn remaining(left: Option<f64>) -> String {
    match left {
        Some(left) if left < 0.0 => format!("\u{2212}{}", format::percent(Some(-left))),
        left => format::percent(left),
    }
}

/// How many times: `14.4×`.
fn times(rate: Option<f64>) -> String {
    match rate {
        Some(0.0) => "0×".into(),
        Some(rate) if rate < 0.01 => "<0.01×".into(),
        Some(rate) if rate < 9.995 => format!("{rate:.2}×"),
        Some(rate) if rate < 99.95 => format!("{rate:.1}×"),
        Some(rate) => format!("{}×", format::grouped(rate)),
        None => format::NONE.into(),
    }
}

fn days(seconds: f64) -> String {
    let days = seconds / 86_400.0;
    if days >= 1.0 { format!("{days:.0}\u{a0}d") } else { format::span(seconds) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_can_be_overspent() {
        let plain = |left| remaining(left).replace('\u{a0}', " ");
        assert_eq!(plain(Some(0.25)), "25.0 %");
        assert_eq!(plain(Some(-3.0)), "\u{2212}300 %");
        assert_eq!(plain(None), format::NONE);
    }

    #[test]
    fn burn_rates_are_times() {
        for (rate, text) in
            [(0.0, "0×"), (0.001, "<0.01×"), (1.0, "1.00×"), (14.4, "14.4×"), (1_000.0, "1,000×")]
        {
            assert_eq!(times(Some(rate)), text);
        }
    }
}
