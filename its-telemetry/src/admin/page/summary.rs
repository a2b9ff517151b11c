//! The top of the page: whether the service is ready, and its most important numbers.

use maud::{Markup, html};

use super::super::readiness::Report;
use super::super::status::{CameraState, Cameras, Status};
use super::calls::{is_bad, quantile};
use super::format;
use super::svg::{bar, sparkline};

/// A state in words, with a mark whose shape differs too.
pub(super) fn state(class: &str, word: &str) -> Markup {
    html! { span.state.(class) { (word) } }
}

pub(super) fn readiness(report: &Report) -> Markup {
    let failing = report.checks.iter().filter(|check| !check.ready).count();
    html! {
        section.readiness aria-label="Readiness" {
            p {
                @match (report.ready, report.checks.len()) {
                    (true, 0) => { (state("good", "Ready")) span.quiet { "no readiness check is registered; add one with " code { "telemetry.readiness()" } } }
                    (true, 1) => { (state("good", "Ready")) span.quiet { "1 check passes" } }
                    (true, n) => { (state("good", "Ready")) span.quiet { "all " (n) " checks pass" } }
                    (false, n) => { (state("bad", "Not ready")) span.quiet { (failing) " of " (n) " checks fail" } }
                }
            }
            @if !report.checks.is_empty() {
                ul.checks {
                    @for check in &report.checks {
                        li {
                            (state(if check.ready { "good" } else { "bad" }, if check.ready { "pass" } else { "fail" }))
                            bdi.name { (check.name) }
                            @if let Some(reason) = &check.reason { span.quiet { bdi { (reason) } } }
                        }
                    }
                }
            }
        }
    }
}

/// One number of the summary; `picture` shows how it came about.
fn tile(name: &str, value: &str, bad: bool, note: &str, picture: &Markup) -> Markup {
    html! {
        div.tile {
            dt { (name) }
            dd {
                span.value.bad[bad] { (value) }
                span.quiet { (note) }
                (picture)
            }
        }
    }
}

pub(super) fn tiles(status: &Status) -> Markup {
    let (all, cameras) = (&status.inference, &status.cameras);
    let some = |line: &[f64]| -> Vec<Option<f64>> { line.iter().copied().map(Some).collect() };
    let since_start = |n: f64| format!("{} since start", format::grouped(n));
    let frames = some(&cameras.frame_rate_history);
    let bytes = some(&cameras.byte_rate_history);
    html! {
        dl.tiles {
            (tile("Inferences", &format::rate(all.rate_per_second), false, &since_start(all.ended_since_start),
                &sparkline(&some(&all.rate_history), "Inferences", format::rate)))
            (tile("Errors", &format::percent(all.error_ratio), all.error_ratio.is_some_and(is_bad),
                &since_start(all.failed_since_start),
                &sparkline(&all.error_history, "Errors", format::percent)))
            (tile("Latency P95", &quantile(all.p95), false,
                &all.p50.map_or_else(|| "no good call yet".into(), |p50| format!("P50 {}", quantile(Some(p50)))),
                &sparkline(&all.p95_history, "P95", format::seconds)))
            (receiving(cameras))
            (tile("Frames", &format::rate(cameras.frames_per_second), false,
                &cameras.drops_per_second
                    .map_or_else(|| "no frame yet".into(), |drops| format!("{} dropped", format::rate(Some(drops)))),
                &sparkline(&frames, "Frames", format::rate)))
            (tile("Video", &format::bytes_rate(cameras.bytes_per_second), false, "from all cameras",
                &sparkline(&bytes, "Bytes received", format::bytes_rate)))
        }
    }
}

fn receiving(cameras: &Cameras) -> Markup {
    let count = |state| cameras.list.iter().filter(|camera| camera.state == state).count();
    let [good, silent, down, waiting, rest] = [
        CameraState::Receiving,
        CameraState::Silent,
        CameraState::Down,
        CameraState::Waiting,
        CameraState::NotMetered,
    ]
    .map(count);
    let value = format!(
        "{}\u{a0}of\u{a0}{}",
        format::grouped(good as f64),
        format::grouped(cameras.list.len() as f64)
    );
    let mut note: Vec<String> =
        [(silent, "silent"), (down, "down"), (waiting, "waiting"), (rest, "not metered")]
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, word)| format!("{} {word}", format::grouped(*n as f64)))
            .collect();
    if note.is_empty() {
        note.push(if cameras.list.is_empty() { "no camera yet" } else { "none silent or down" }.into());
    }
    let picture = bar(&[("good", good), ("warn", silent), ("bad", down), ("idle", waiting + rest)]);
    tile("Cameras receiving", &value, silent + down > 0, &note.join(", "), &picture)
}
