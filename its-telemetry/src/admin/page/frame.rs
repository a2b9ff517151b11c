//! What every page has around it, and the order of the status page.

use maud::{DOCTYPE, Markup, html};

use super::super::status::{Service, Status};
#[cfg(feature = "slo")]
use super::budgets;
#[cfg(feature = "gpu")]
use super::gpus;
use super::view::View;
use super::{calls, cameras, format, health, journal, summary};

/// A whole page. `refresh`: seconds until it loads itself again.
pub(super) fn page(
    service: &Service,
    title: &str,
    refresh: Option<u32>,
    nav: &Markup,
    main: &Markup,
) -> Markup {
    let name = if service.name.is_empty() { "unnamed service" } else { &service.name };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                @if let Some(seconds) = refresh {
                    meta http-equiv="refresh" content=(seconds);
                }
                title { (name) " · " (title) }
                link rel="icon" type="image/svg+xml" href="/icon.svg";
                link rel="stylesheet" href={ "/style.css?v=" (env!("CARGO_PKG_VERSION")) };
            }
            body {
                a.skip href="#main" { "Skip to content" }
                header {
                    div.bar {
                        div {
                            h1 { bdi { (name) } }
                            p.about { (about(service)) }
                        }
                        nav aria-label="Pages" { (nav) }
                    }
                }
                main #main { (main) }
                footer {
                    p {
                        "its-telemetry " (service.telemetry_version) " · " (service.profile) " build for "
                        (service.platform)
                    }
                }
            }
        }
    }
}

/// Which process this is, in one line.
fn about(service: &Service) -> Markup {
    html! {
        @if !service.version.is_empty() { span { "version " bdi { (service.version) } } }
        @if !service.build.is_empty() { span { bdi { (service.build) } } }
        span {
            "up "
            time datetime=(format::utc(service.started_unix_seconds)) { (format::span(service.uptime_seconds)) }
        }
        @if !service.host.is_empty() { span { "host " bdi { (service.host) } } }
        span { "pid " (service.pid) }
    }
}

#[cfg(feature = "slo")]
fn error_budgets(status: &Status) -> Markup {
    budgets::section(&status.error_budgets)
}

#[cfg(not(feature = "slo"))]
fn error_budgets(_: &Status) -> Markup {
    Markup::default()
}

#[cfg(feature = "gpu")]
fn gpus(status: &Status) -> Markup {
    gpus::section(&status.gpus)
}

#[cfg(not(feature = "gpu"))]
fn gpus(_: &Status) -> Markup {
    Markup::default()
}

/// Links to the sections.
fn contents(status: &Status) -> Markup {
    html! {
        nav.contents aria-label="On this page" {
            @if cfg!(feature = "slo") { a href="#budgets" { "Error budgets" } }
            a href="#models" { "Models" }
            @if !status.routes.is_empty() { a href="#requests-served" { "Requests" } }
            @if !status.stages.is_empty() { a href="#stages" { "Stages" } }
            a href="#cameras" { "Cameras" }
            @if cfg!(feature = "gpu") { a href="#gpus" { "GPUs" } }
            a href="#recent-failures" { "Failures" }
            a href="#slowest-calls" { "Slowest calls" }
            a href="#telemetry" { "Telemetry" }
        }
    }
}

/// Whether GPUs are read and nothing else has been measured, as in `its-gpu-exporter`: its page is theirs.
#[cfg(feature = "gpu")]
fn shows_only_gpus(status: &Status) -> bool {
    #[cfg(feature = "slo")]
    let budgets = !status.error_budgets.is_empty();
    #[cfg(not(feature = "slo"))]
    let budgets = false;
    let calls = [&status.models, &status.routes, &status.clients, &status.stages];
    let calls = calls.iter().any(|rows| !rows.is_empty());
    let journal = !status.failures.is_empty() || !status.slowest.is_empty();
    status.gpus.collected && !(budgets || calls || journal || !status.cameras.list.is_empty())
}

#[cfg(not(feature = "gpu"))]
const fn shows_only_gpus(_: &Status) -> bool {
    false
}

/// The status page.
pub(super) fn status(status: &Status, view: &View, trace_link: Option<&str>) -> Markup {
    let nav = html! {
        @if let Some(seconds) = view.refresh() {
            span.live { "Updates every " (seconds) "\u{a0}s" }
            a href=(view.link(|view| view.paused = true)) { "Pause" }
        } @else {
            span.live.off { "Paused" }
            a href=(view.link(|view| view.paused = false)) { "Resume" }
        }
        a href="/settings" { "Settings" }
        a href="/metrics" { "Metrics" }
        a href="/status.json" { "JSON" }
    };
    let only_gpus = shows_only_gpus(status);
    let main = html! {
        @if !only_gpus { (contents(status)) }
        (summary::readiness(&status.readiness))
        @if only_gpus {
            (gpus(status))
        } @else {
            @if !status.telemetry.numbers_are_here {
                p.note {
                    "The numbers are kept by the metrics recorder that this service installed; this page cannot read "
                    "them. Ask that recorder's own endpoint."
                }
            }
            (summary::tiles(status))
            (error_budgets(status))
            (calls::tables(status))
            (cameras::section(&status.cameras, view, status.windows.cameras_seconds))
            (gpus(status))
            (journal::sections(status, view, trace_link))
        }
        (health::section(&status.telemetry, &status.controls))
    };
    page(&status.service, "status", view.refresh(), &nav, &main)
}
