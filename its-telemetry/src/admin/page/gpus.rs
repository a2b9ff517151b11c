//! The table of GPUs.

use its_gpu_metrics::snapshot::{State, Unavailable};
use maud::{Markup, html};

use super::super::status::{GpuRow, GpuTable};
use super::calls::name;
use super::format;
use super::svg::share;

pub(super) fn section(gpus: &GpuTable) -> Markup {
    html! {
        section aria-labelledby="gpus" {
            h2 #gpus {
                "GPUs"
                @if let (Some(driver), false) = (&gpus.driver_version, gpus.list.is_empty()) {
                    small { "driver " bdi { (driver) } }
                }
            }
            @if !gpus.collected {
                p.empty {
                    "GPUs are not read. Say "
                    code { "Telemetry::builder(..).gpu(GpuMetrics::default())" }
                    " to see them here and at "
                    a href="/metrics" { "/metrics" }
                    "."
                }
            } @else if gpus.list.is_empty() {
                p.empty { (gpus.unavailable.map_or("No GPU has been found yet.", Unavailable::explanation)) }
            } @else {
                @if let Some(reason) = gpus.unavailable { p.note { (Unavailable::explanation(reason)) } }
                @if let Some(age) = gpus.snapshot_age_seconds.filter(|age| *age > STALE) {
                    p.note { "What is shown here is " (format::span(age)) " old." }
                }
                (table(&gpus.list))
            }
        }
    }
}

/// Seconds after which a snapshot is called old.
const STALE: f64 = 60.0;

fn table(rows: &[GpuRow]) -> Markup {
    html! {
        div.scroll role="region" aria-labelledby="gpus" tabindex="0" {
            table.stack.gpus {
                thead {
                    tr {
                        th scope="col" { "GPU" }
                        th scope="col" { "State" }
                        th.number scope="col" { "Busy" }
                        th.number scope="col" { "Memory" }
                        th.line scope="col" { "In use" }
                        th.number scope="col" { "Power" }
                        th.number scope="col" { "Temperature" }
                        th scope="col" { "Slowed down by" }
                        th.number scope="col" { "Xid errors" }
                    }
                }
                tbody { @for row in rows { (line(row)) } }
            }
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
