//! Recent failures and the slowest calls.

use std::collections::HashSet;

use maud::{Markup, html};

use super::super::status::{JournalRow, Status};
use super::format;
use super::summary::state;
use super::view::{PER_PHONE, View};

/// Calls of each table that are shown unless all are asked for.
const SHORT: usize = 10;

pub(super) fn sections(status: &Status, view: &View, trace_link: Option<&str>) -> Markup {
    html! {
        (section(&Table {
            title: "Recent failures",
            note: "newest first",
            rows: &status.failures,
            empty: "No call has failed since the start.",
        }, view, trace_link))
        (section(&Table {
            title: "Slowest calls",
            note: "last 15\u{a0}min",
            rows: &status.slowest,
            empty: "No call has ended in the last 15 minutes. Calls of instrumented functions and of layers appear here.",
        }, view, trace_link))
    }
}

struct Table<'a> {
    title: &'a str,
    note: &'a str,
    rows: &'a [JournalRow],
    empty: &'a str,
}

fn section(table: &Table<'_>, view: &View, trace_link: Option<&str>) -> Markup {
    let Table { title, note, rows, empty } = table;
    let id = title.to_lowercase().replace(' ', "-");
    let shown: Vec<_> = if view.journal { rows.iter().collect() } else { one_of_each_trace(rows) };
    // What a phone hides is as good as left out there.
    let narrow = (shown.len() == rows.len()).then_some("narrow");
    let more = !view.journal && (narrow.is_none() || shown.len() > PER_PHONE);
    html! {
        section aria-labelledby=(id) {
            h2 #(id) {
                (title)
                @if !rows.is_empty() {
                    small { (note) @if !view.journal { ", one for each trace" } }
                }
            }
            @if rows.is_empty() {
                p.empty { (empty) }
            } @else {
                div.scroll role="region" aria-labelledby=(id) tabindex="0" {
                    table.stack.journal.short[!view.journal] {
                        thead {
                            tr {
                                th scope="col" { "Call" }
                                th scope="col" { "Outcome" }
                                th.number scope="col" { "Took" }
                                th.number scope="col" { "Ended" }
                                th scope="col" { "Camera" }
                                th scope="col" { "Trace" }
                            }
                        }
                        tbody { @for row in shown { (line(row, trace_link)) } }
                    }
                }
                @if more {
                    p.more.(narrow.unwrap_or_default()) {
                        a href={ (view.link(|view| view.journal = true)) "#" (id) } { "Show all " (rows.len()) }
                    }
                }
            }
        }
    }
}

/// The first call of each trace: when a call fails or is slow, those around it are, too.
fn one_of_each_trace(rows: &[JournalRow]) -> Vec<&JournalRow> {
    let mut seen = HashSet::new();
    rows.iter().filter(|row| seen.insert(&row.trace_id)).take(SHORT).collect()
}

fn line(row: &JournalRow, trace_link: Option<&str>) -> Markup {
    let class = match row.outcome {
        "ok" => "good",
        "cancelled" => "idle",
        _ => "bad",
    };
    let at = format::utc(row.at_unix_seconds);
    html! {
        tr {
            th scope="row" { bdi { (row.name) } }
            td.status data-label="Outcome" {
                (state(class, row.outcome))
                @if let Some(kind) = row.error_kind.filter(|kind| *kind != row.outcome) { bdi.detail { (kind) } }
            }
            td.number data-label="Took" { (format::seconds(Some(row.took_seconds))) }
            td.number data-label="Ended" { time datetime=(at) title=(at) { (format::ago(row.age_seconds)) } }
            td.camera data-label="Camera" {
                @match (&row.camera, &row.tenant) {
                    (Some(camera), tenant) => {
                        bdi { (camera) }
                        @if let Some(tenant) = tenant { bdi.detail { (tenant) } }
                    }
                    (None, Some(tenant)) => bdi { (tenant) },
                    (None, None) => (format::NONE),
                }
            }
            td.trace data-label="Trace" { (trace(&row.trace_id, trace_link)) }
        }
    }
}

/// The trace id, linked to where traces can be looked at.
fn trace(id: &str, link: Option<&str>) -> Markup {
    let link = link.filter(|link| link.starts_with("https://") || link.starts_with("http://"));
    html! {
        @match link {
            Some(link) => a href=(link.replace("{trace_id}", id)) rel="noreferrer" { code { (id) } },
            None => code { (id) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_links_to_the_web_only() {
        let html = |link| trace("00ff", Some(link)).into_string();
        assert!(
            html("https://jaeger/trace/{trace_id}?x=1&y")
                .contains("href=\"https://jaeger/trace/00ff?x=1&amp;y\"")
        );
        assert!(!html("javascript:alert('{trace_id}')").contains("href"));
    }
}
