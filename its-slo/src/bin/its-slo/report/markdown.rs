//! The report as Markdown.

use super::Report;
use super::row::{Day, Row};
use crate::format::{count, percent};
use crate::table::table;

pub(super) fn write(report: &Report) -> String {
    let mut text = format!("# Error budgets {}\n\n{}\n\n", report.period.name, report.period.text());
    let header = [
        "objective",
        "tenant",
        "target",
        "counted",
        "all",
        "bad",
        "error ratio",
        "budget spent",
        "budget left",
    ];
    text += &table(&header, report.objectives.iter().map(row));
    let days: Vec<_> = report.objectives.iter().flat_map(Row::days).collect();
    if !days.is_empty() {
        text += "\n## Worst days\n\n";
        text += &table(&["objective", "tenant", "day", "all", "bad", "budget spent"], days);
    }
    if !report.rules_only.is_empty() {
        let names = report.rules_only.join(", ");
        text += &format!("\nNot counted, because they are made of queries: {names}.\n");
    }
    text
}

fn row(row: &Row) -> Vec<String> {
    let ratio = |ratio: Option<f64>| ratio.map_or_else(|| "no data".into(), percent);
    vec![
        row.name.clone(),
        row.tenant.clone().unwrap_or_default(),
        percent(row.target),
        row.unit.into(),
        count(row.events),
        count(row.bad),
        ratio(row.error_ratio),
        ratio(row.budget_spent),
        ratio(row.budget_remaining),
    ]
}

impl Row {
    fn days(&self) -> Vec<Vec<String>> {
        let day = |Day { day, events, bad, budget_spent }: &Day| {
            let tenant = self.tenant.clone().unwrap_or_default();
            vec![self.name.clone(), tenant, day.clone(), count(*events), count(*bad), percent(*budget_spent)]
        };
        self.worst_days.iter().map(day).collect()
    }
}
