//! What can be changed while the service runs.

use maud::{Markup, html};

use super::super::status::{Controls, Service};
use super::format;
use super::frame;

pub(super) fn page(service: &Service, controls: &Controls, changed: bool) -> Markup {
    let nav = html! { a href="/" { "Status" } };
    let main = html! {
        section aria-labelledby="settings" {
            h2 #settings { "Settings" }
            @if changed { p.note.good role="status" { "Changed. It holds until the service restarts." } }
            @if controls.change_token.is_none() {
                p.note {
                    "These are read-only. The service allows changes with "
                    code { "AdminSettings::default().allow_changes(true)" } "."
                }
            }
            div.settings {
                (sampling(controls))
                (log_level(controls))
            }
        }
    };
    frame::page(service, "settings", None, &nav, &main)
}

fn sampling(controls: &Controls) -> Markup {
    let percent = format::percent_number(controls.sampling_ratio);
    html! {
        form.card method="post" action="/settings" {
            h3 { "Sampling" }
            p.quiet { "Share of new traces that are exported from their start. Failed and slow calls are exported anyway." }
            @match &controls.change_token {
                Some(token) => {
                    input type="hidden" name="change_token" value=(token);
                    div.field {
                        label for="sampling" { "Sampling ratio, in percent" }
                        input #sampling type="number" name="sampling_percent" min="0" max="100" step="any"
                            inputmode="decimal" required value=(percent);
                    }
                    button type="submit" { "Set sampling ratio" }
                }
                None => p.value { (format::exact_percent(controls.sampling_ratio)) },
            }
        }
    }
}

fn log_level(controls: &Controls) -> Markup {
    html! {
        form.card method="post" action="/settings" {
            h3 { "Log level" }
            @match (&controls.log_level, &controls.change_token) {
                (Some(level), Some(token)) => {
                    p.quiet { "One level, or a list with levels for single modules: " code { "info,h2=warn" } "." }
                    input type="hidden" name="change_token" value=(token);
                    div.field {
                        label for="level" { "Log level" }
                        input #level type="text" name="log_level" required maxlength="512" autocomplete="off"
                            autocapitalize="none" spellcheck="false" value=(level);
                    }
                    button type="submit" { "Set log level" }
                }
                (Some(level), None) => p.value { bdi { (level) } },
                (None, _) => p.quiet { "The service writes its log lines with a subscriber of its own." },
            }
        }
    }
}
