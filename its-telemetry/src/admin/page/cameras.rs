//! The table of the cameras.

use maud::{Markup, html};

use super::super::status::{CameraRow, CameraState, Cameras};
use super::calls::{is_bad, name};
use super::format;
use super::summary::state;
use super::view::{PER_PAGE, PER_PHONE, Sort, View};

pub(super) fn section(cameras: &Cameras, view: &View, window: f64) -> Markup {
    let selected = view.select(&cameras.list);
    let pages = selected.len().div_ceil(PER_PAGE).max(1);
    let page = view.page.min(pages);
    let shown = selected.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE);
    let count = shown.len();
    html! {
        section aria-labelledby="cameras" {
            h2 #cameras {
                "Cameras"
                @if !cameras.list.is_empty() { small { "last " (format::window(window)) } }
            }
            @if cameras.list.is_empty() {
                p.empty {
                    "No camera has sent a frame yet. Make a "
                    code { "Camera::new(&scope)" }
                    " for each camera and call "
                    code { "frame_received(bytes)" }
                    " on it for each frame."
                }
            } @else {
                (search(view, cameras.list.len(), selected.len()))
                @if selected.is_empty() {
                    p.empty { "No tenant and no camera has “" bdi { (view.find) } "” in its name." }
                } @else {
                    div.scroll role="region" aria-labelledby="cameras" tabindex="0" {
                        table.stack.cameras.short[!view.cameras] {
                            thead { (head(view)) }
                            tbody { @for camera in shown { (line(camera)) } }
                        }
                    }
                }
                @if count > PER_PHONE && !view.cameras {
                    p.more.narrow {
                        a href={ (view.link(|view| view.cameras = true)) "#cameras" } { "Show all " (count) " of this page" }
                    }
                }
                @if pages > 1 { (pager(view, page, pages)) }
                @if cameras.left_out {
                    p.note {
                        "There are more cameras than this page follows; "
                        a href="/metrics" { "the metrics" } " have all of them."
                    }
                }
            }
        }
    }
}

fn search(view: &View, all: usize, found: usize) -> Markup {
    html! {
        form.search action="/#cameras" method="get" role="search" {
            label for="find" { "Tenant or camera" }
            input #find type="search" name="find" value=(view.find) maxlength="64" autocomplete="off";
            @if view.sort != Sort::State { input type="hidden" name="sort" value=(view.sort.word()); }
            @if view.paused { input type="hidden" name="paused" value="1"; }
            button type="submit" { "Find" }
            @if view.find.is_empty() {
                span.quiet { (format::grouped(all as f64)) " in all" }
            } @else {
                span.quiet { (format::grouped(found as f64)) " of " (format::grouped(all as f64)) }
                a href=(view.link(|view| (view.find, view.page) = (String::new(), 1))) { "Show all" }
            }
        }
    }
}

fn head(view: &View) -> Markup {
    let columns = [
        (Sort::Name, "Camera", ""),
        (Sort::State, "State", ""),
        (Sort::Age, "Last frame", "number"),
        (Sort::Frames, "Frames/s", "number"),
        (Sort::Bytes, "Data", "number"),
        (Sort::Drops, "Drops", "number"),
        (Sort::Calls, "Inferences", "number"),
        (Sort::Errors, "Errors", "number"),
    ];
    html! {
        tr {
            @for (sort, title, class) in columns {
                @let sorted = view.sort == sort;
                @let order = if matches!(sort, Sort::Name | Sort::State) { "ascending" } else { "descending" };
                th.(class) scope="col" aria-sort=[sorted.then_some(order)] {
                    a href={ (view.link(|view| (view.sort, view.page) = (sort, 1))) "#cameras" } {
                        (title)
                        @if sorted { span.order aria-hidden="true" { (if order == "ascending" { "▲" } else { "▼" }) } }
                    }
                }
            }
        }
    }
}

fn line(camera: &CameraRow) -> Markup {
    let (class, word) = match camera.state {
        CameraState::Down => ("bad", "down"),
        CameraState::Silent => ("warn", "silent"),
        CameraState::Waiting => ("idle", "waiting"),
        CameraState::Receiving => ("good", "receiving"),
        CameraState::NotMetered => ("idle", "not metered"),
    };
    let dropping = camera.drops_per_second.is_some_and(|drops| drops > 0.0);
    let failing = camera.error_ratio.is_some_and(is_bad);
    let age = camera.last_frame_age_seconds.map_or_else(|| "never".into(), format::ago);
    html! {
        tr {
            th scope="row" {
                (name(&camera.camera))
                @if !camera.tenant.is_empty() { span.detail { (name(&camera.tenant)) } }
            }
            td.status data-label="State" { (state(class, word)) }
            td.number data-label="Last frame" { (age) }
            td.number data-label="Frames/s" { (format::fps(camera.frames_per_second)) }
            td.number data-label="Data" { (format::bytes_rate(camera.bytes_per_second)) }
            td.number.wide[!dropping].warn[dropping] data-label="Drops" { (format::rate(camera.drops_per_second)) }
            td.number.wide data-label="Inferences" { (format::rate(camera.calls_per_second)) }
            td.number.wide[!failing].bad[failing] data-label="Errors" { (format::percent(camera.error_ratio)) }
        }
    }
}

fn pager(view: &View, page: usize, pages: usize) -> Markup {
    let to = |page: usize| format!("{}#cameras", view.link(|view| view.page = page));
    html! {
        nav.pager aria-label="Pages of cameras" {
            @if page > 1 { a href=(to(page - 1)) rel="prev" { "Previous" } }
            span { "Page " (page) " of " (pages) }
            @if page < pages { a href=(to(page + 1)) rel="next" { "Next" } }
        }
    }
}
