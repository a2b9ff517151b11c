//! Tables of calls: models, routes, clients, stages.

use maud::{Markup, html};

use super::super::history::Quantile;
use super::super::status::{CallRow, Status};
use super::format;
use super::svg::sparkline;
use super::table::{Column, Section};

struct Table<'a> {
    title: &'static str,
    /// What a row is, and what is written beside its name.
    subject: &'static str,
    rows: &'a [CallRow],
    /// What to do when there is none; without it an empty table is left out.
    empty: Option<Markup>,
}

pub(super) fn tables(status: &Status) -> Markup {
    let window = format::window(status.windows.calls_seconds);
    let tables = [
        Table { title: "Models", subject: "Model", rows: &status.models, empty: Some(no_model()) },
        Table { title: "Requests served", subject: "Route", rows: &status.routes, empty: None },
        Table { title: "Requests made", subject: "Server", rows: &status.clients, empty: None },
        Table { title: "Stages", subject: "Stage", rows: &status.stages, empty: None },
    ];
    html! {
        @for table in &tables {
            @if !table.rows.is_empty() || table.empty.is_some() { (section(table, &window)) }
        }
        @if status.calls_left_out {
            p.note { "There are more of them than this page follows; " a href="/metrics" { "the metrics" } " have all." }
        }
    }
}

fn no_model() -> Markup {
    html! {
        "No model has been called yet. Put "
        code { "#[instrument_inference(model = \"name\")]" }
        " on the function that runs the model; its first call makes a row here."
    }
}

/// From here on an error ratio is marked.
pub(super) fn is_bad(error_ratio: f64) -> bool {
    error_ratio >= 0.01
}

/// A quantile. In the lowest and in the highest bucket only that bucket's bound is known.
pub(super) fn quantile(quantile: Option<Quantile>) -> String {
    match quantile {
        Some(Quantile::At(seconds)) => format::seconds(Some(seconds)),
        Some(Quantile::Below(_, bound)) => format!("<{}", format::bound(bound)),
        Some(Quantile::Above(bound)) => format!(">{}", format::bound(bound)),
        None => format::NONE.into(),
    }
}

fn section(table: &Table<'_>, window: &str) -> Markup {
    let columns = [
        Column::Text(table.subject),
        Column::Number("Rate"),
        Column::Number("Errors"),
        Column::Number("P50"),
        Column::Number("P95"),
        Column::Number("P99"),
        Column::Number("In flight"),
        Column::Line("Rate over time"),
        Column::Line("P95 over time"),
    ];
    let section = Section {
        id: &table.title.to_lowercase().replace(' ', "-"),
        title: table.title,
        note: html! { "last " (window) },
        class: "stack",
        before: Markup::default(),
        columns: &columns,
        lines: table.rows.iter().map(line).collect(),
        empty: table.empty.as_ref(),
        more: Markup::default(),
    };
    section.markup()
}

fn line(row: &CallRow) -> Markup {
    let bad = row.error_ratio.is_some_and(is_bad);
    let rates: Vec<_> = row.rate_history.iter().copied().map(Some).collect();
    html! {
        tr {
            th scope="row" { (name(&row.name)) @if !row.detail.is_empty() { bdi.detail { (row.detail) } } }
            td.number data-label="Rate" { (format::rate(row.rate_per_second)) }
            td.number.bad[bad] data-label="Errors" { (format::percent(row.error_ratio)) }
            td.number data-label="P50" { (quantile(row.p50)) }
            td.number data-label="P95" { (quantile(row.p95)) }
            td.number data-label="P99" { (quantile(row.p99)) }
            td.number data-label="In flight" { (row.in_flight.map_or(format::NONE.into(), format::grouped)) }
            td.line data-label="Rate over time" { (sparkline(&rates, "Rate", format::rate)) }
            td.line data-label="P95 over time" { (sparkline(&row.p95_history, "P95", format::seconds)) }
        }
    }
}

/// The name of a subject; what stands for many, or for none, is said.
pub(super) fn name(name: &str) -> Markup {
    html! {
        @match name {
            "" => span.quiet { "(unnamed)" },
            "_other" => span { "all others" },
            name => bdi { (name) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_says_no_more_than_its_bucket() {
        let plain = |of| quantile(of).replace('\u{a0}', " ");
        assert_eq!(plain(Some(Quantile::At(0.0123))), "12.3 ms");
        assert_eq!(plain(Some(Quantile::Below(0.0005, 0.001))), "<1 ms");
        assert_eq!(plain(Some(Quantile::Above(2.5))), ">2.5 s");
        assert_eq!(plain(None), format::NONE);
    }
}
