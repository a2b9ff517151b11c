//! The table of GPUs.

use its_gpu_metrics::snapshot::{State, Unavailable};
use maud::{Markup, html};

use super::super::status::{GpuRow, GpuTable};
use super::calls::name;
use super::format;
use super::svg::share;
use super::table::{Column, Section};

/// Seconds after which a snapshot is called old.
const STALE: f64 = 60.0;

pub(super) fn section(gpus: &GpuTable) -> Markup {
    let columns = [
        Column::Text("GPU"),
        Column::Text("State"),
        Column::Number("Busy"),
        Column::Number("Memory"),
        Column::Line("In use"),
        Column::Number("Power"),
        Column::Number("Temperature"),
        Column::Text("Slowed down by"),
        Column::Number("Xid errors"),
    ];
    let before = html! {
        @if let Some(reason) = gpus.unavailable { p.note { (Unavailable::explanation(reason)) } }
        @if let Some(age) = gpus.snapshot_age_seconds.filter(|age| *age > STALE) {
            p.note { "What is shown here is " (format::span(age)) " old." }
        }
    };
    let section = Section {
        id: "gpus",
        title: "GPUs",
        note: html! { @if let Some(driver) = &gpus.driver_version { "driver " bdi { (driver) } } },
        class: "stack gpus",
        before,
        columns: &columns,
        lines: gpus.list.iter().map(line).collect(),
        empty: Some(&empty(gpus)),
        more: Markup::default(),
    };
    section.markup()
}

fn empty(gpus: &GpuTable) -> Markup {
    html! {
        @if gpus.collected {
            (gpus.unavailable.map_or("No GPU has been found yet.", Unavailable::explanation))
        } @else {
            "GPUs are not read. Say "
            code { "Telemetry::builder(..).gpu(GpuMetrics::default())" }
            " to see them here and at "
            a href="/metrics" { "/metrics" }
            "."
        }
    }
}

fn line(row: &GpuRow) -> Markup {
    let (class, word) = match row.state {
        State::Ok => ("good", "ok"),
        State::Lost => ("bad", "lost"),
        State::ResetRequired => ("bad", "needs a reset"),
        State::Recovering => ("warn", "recovering"),
        State::Unsupported => ("idle", "tells nothing"),
        _ => ("idle", row.state.as_str()),
    };
    let used = row.memory_used_bytes.map(|bytes| bytes as f64);
    let limit = row.memory_limit_bytes.map(|bytes| bytes as f64);
    html! {
        tr {
            th scope="row" title=(row.uuid) {
                (row.index) ": " (name(row.name.as_deref().unwrap_or(&row.uuid)))
                @if row.mig_instances > 0 { span.detail { (row.mig_instances) "\u{a0}MIG" } }
            }
            td.together.status data-label="State" {
                span.state.(class) { (word) }
                @if row.losses > 0 { span.detail { "lost " (row.losses) "×" } }
            }
            td.number data-label="Busy" { (format::percent(row.utilization)) }
            td.number data-label="Memory" { (format::of_bytes(used, limit)) }
            td.line data-label="In use" {
                @if let Some((used, limit)) = used.zip(limit) { (share(Some(used / limit), "good")) }
            }
            td.number data-label="Power" { (format::of_watts(row.power_watts, row.power_limit_watts)) }
            td.number data-label="Temperature" { (format::celsius(row.temperature_celsius)) }
            td data-label="Slowed down by" {
                @match &*row.throttled {
                    [] => (format::NONE),
                    [first, rest @ ..] => {
                        span title=(row.throttled.join(", ")) {
                            (first.replace('_', " ")) @if !rest.is_empty() { " +" (rest.len()) }
                        }
                    }
                }
            }
            td.number.bad[row.xid_errors > 0] data-label="Xid errors" {
                (format::grouped(row.xid_errors as f64))
                @if let Some(code) = row.last_xid { span.detail { "last " (code) } }
            }
        }
    }
}
