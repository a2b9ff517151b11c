//! The status page, its style sheet and its twin for scripts. No script runs in it, and all of it comes from here.

#[cfg(feature = "slo")]
mod budgets;
mod calls;
mod cameras;
mod format;
mod frame;
#[cfg(feature = "gpu")]
mod gpus;
mod health;
mod journal;
mod settings;
mod summary;
mod svg;
mod table;
mod view;

use http::StatusCode;

use super::State;
use super::answer::{self, Answer};
use super::status::{Controls, Service, Status};
use view::View;

const STYLE: &[u8] = include_bytes!("style.css");
const ICON: &[u8] = include_bytes!("icon.svg");

/// One of the pages, or what belongs to them.
pub(super) async fn answer(state: &State, path: &str, query: &str) -> Answer {
    match path {
        "/style.css" => answer::asset("text/css; charset=utf-8", STYLE),
        "/icon.svg" => answer::asset("image/svg+xml", ICON),
        "/settings" => {
            let (service, controls) = (Service::of(state), Controls::of(state));
            html(settings::page(&service, &controls, query == "changed"))
        }
        #[cfg(feature = "slo")]
        "/slo" => answer::whole(StatusCode::OK, answer::JSON, slo(state)),
        "/status.json" => match serde_json::to_vec(&Status::gather(state).await) {
            Ok(json) => answer::whole(StatusCode::OK, answer::JSON, json),
            Err(error) => answer::text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
        },
        _ => {
            let status = Status::gather(state).await;
            html(frame::status(&status, &View::parse(query), state.settings.trace_link.as_deref()))
        }
    }
}

/// Every budget, also when there is none.
#[cfg(feature = "slo")]
fn slo(state: &State) -> String {
    let snapshots = state.core.settings.slos.as_ref().map(its_slo::Slos::snapshot).unwrap_or_default();
    its_slo::report::SloPage::of(&snapshots, std::time::SystemTime::now()).to_json()
}

fn html(page: maud::Markup) -> Answer {
    answer::whole(StatusCode::OK, answer::HTML, page.into_string())
}
