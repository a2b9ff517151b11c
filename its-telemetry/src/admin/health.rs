//! `/healthz` and `/readyz`.

use http::header::ACCEPT;
use http::{Request, StatusCode};

use super::State;
use super::answer::{self, Answer};
use super::route::Access;

/// The process runs and this thread of it answers. Says nothing about its work: that is readiness.
pub(super) fn live() -> Answer {
    answer::text(StatusCode::OK, "ok")
}

/// 200 when every check passes, else 503; a line for each check, or JSON when `Accept` names it. Who lacks the token
/// gets the word only.
pub(super) async fn ready<B>(state: &State, request: &Request<B>, access: Access) -> Answer {
    let report = state.readiness.report().await;
    let status = if report.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    if access == Access::Refused {
        return answer::text(status, report.word());
    }
    let wants_json = |value: &http::HeaderValue| {
        value.to_str().is_ok_and(|accept| accept.to_ascii_lowercase().contains(answer::JSON))
    };
    if request.headers().get_all(ACCEPT).iter().any(wants_json) {
        let json = serde_json::to_vec(&report).unwrap_or_default();
        return answer::whole(status, answer::JSON, json);
    }
    answer::whole(status, answer::TEXT, report.text())
}
