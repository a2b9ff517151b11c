//! How the telemetry itself is.

use maud::{Markup, html};

use super::super::status::{Controls, Health, Limit};
use super::format::{self, grouped};

/// Metrics that are listed; the rest is summed up.
const METRICS: usize = 10;

pub(super) fn section(health: &Health, controls: &Controls) -> Markup {
    html! {
        section aria-labelledby="telemetry" {
            h2 #telemetry { "Telemetry" small { "since start" } }
            dl.facts {
                (fact("Series", &grouped(health.series as f64)))
                (fact("Scrapes of /metrics", &grouped(health.scrapes as f64)))
                (fact("Sampling ratio", &format::exact_percent(controls.sampling_ratio)))
                @if let Some(level) = &controls.log_level { (fact("Log level", level)) }
                @for limit in &health.limits { (places(limit)) }
            }
            div.columns {
                div {
                    h3 { "Dropped" }
                    @if health.dropped.is_empty() {
                        p.empty { "Nothing has been dropped." }
                    } @else {
                        table {
                            thead { tr { th scope="col" { "Signal" } th scope="col" { "Reason" } th.number scope="col" { "Count" } } }
                            tbody {
                                @for dropped in &health.dropped {
                                    tr {
                                        td { (dropped.signal) }
                                        td { code { (dropped.reason) } }
                                        td.number { (grouped(dropped.count as f64)) }
                                    }
                                }
                            }
                        }
                    }
                }
                div {
                    h3 { "Largest metrics" }
                    @if health.metrics.is_empty() { p.empty { "No metric has been used yet." } }
                    @else { (metrics(health)) }
                }
            }
        }
    }
}

fn metrics(health: &Health) -> Markup {
    let rest = health.metrics.get(METRICS..).unwrap_or_default();
    html! {
        table {
            thead {
                tr {
                    th scope="col" { "Metric" }
                    th.number scope="col" { "Series" }
                    th.number scope="col" { "Folded" }
                    th.number scope="col" { "Ended" }
                }
            }
            tbody {
                @for metric in health.metrics.iter().take(METRICS) {
                    tr {
                        th.metric scope="row" { code { (metric.name) } }
                        td.number { (grouped(metric.series as f64)) }
                        td.number { (grouped(metric.folded as f64)) }
                        td.number { (grouped(metric.ended as f64)) }
                    }
                }
                @if !rest.is_empty() {
                    tr {
                        th.metric scope="row" { (rest.len()) " more" }
                        td.number { (grouped(rest.iter().map(|m| m.series as f64).sum())) }
                        td.number { (grouped(rest.iter().map(|m| m.folded as f64).sum())) }
                        td.number { (grouped(rest.iter().map(|m| m.ended as f64).sum())) }
                    }
                }
            }
        }
    }
}

fn fact(name: &str, value: &str) -> Markup {
    html! { div { dt { (name) } dd { bdi { (value) } } } }
}

/// How many of the places of a label are taken; a full one folds.
fn places(limit: &Limit) -> Markup {
    html! {
        div {
            dt { "Places for a " (limit.label) }
            dd {
                span.warn[limit.folded > 0] { (grouped(limit.in_use as f64)) " of " (grouped(limit.limit as f64)) }
                @if limit.folded > 0 { span.quiet { (grouped(limit.folded as f64)) " folded into _other" } }
            }
        }
    }
}
