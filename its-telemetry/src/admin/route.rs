//! From a request to its answer.

use std::sync::Arc;

use http::header::{self, HeaderValue};
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;

use super::answer::{self, Answer};
use super::auth::{Scheme, host_is_ours};
use super::server::Client;
use super::{State, change, health, metrics, page};

/// Longest path with its query.
const MAX_TARGET: usize = 2048;

/// How a request was let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// No token is asked for.
    Open,
    Token(Scheme),
    /// A token is asked for and was not given.
    Refused,
}

/// Answers one request. Never fails: what cannot be done is an answer, too.
pub(super) async fn answer(state: &Arc<State>, client: &Client, request: Request<Incoming>) -> Answer {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > MAX_TARGET {
        return answer::text(StatusCode::URI_TOO_LONG, "the path and its query are longer than 2,048 bytes");
    }
    let access = access(state, &request);
    if access != Access::Token(Scheme::Bearer) && !host_is_ours(request.headers(), &state.settings) {
        state.count_dropped("foreign_host", 1);
        return answer::text(
            StatusCode::MISDIRECTED_REQUEST,
            "this endpoint answers to localhost and to addresses; for another name use AdminSettings::allow_host",
        );
    }
    let path = request.uri().path().to_owned();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    match &*path {
        "/healthz" if reads => return health::live(),
        "/readyz" if reads => return health::ready(state, &request, access).await,
        _ if access == Access::Refused => {
            state.count_dropped("unauthorized", 1);
            return unauthorized();
        }
        _ => {}
    }
    match &*path {
        #[cfg(feature = "slo")]
        "/slo" if reads => page::answer(state, &path, "").await,
        #[cfg(feature = "slo")]
        "/slo" => not_allowed("GET, HEAD"),
        "/" | "/settings" | "/status.json" | "/style.css" | "/icon.svg" if reads => {
            page::answer(state, &path, request.uri().query().unwrap_or_default()).await
        }
        "/metrics" if reads => metrics::answer(state, client, &request).await,
        "/settings" if request.method() == Method::POST => change::answer(state, request, access).await,
        "/settings" => not_allowed("GET, HEAD, POST"),
        "/" | "/status.json" | "/style.css" | "/icon.svg" | "/metrics" | "/healthz" | "/readyz" => {
            not_allowed("GET, HEAD")
        }
        _ => answer::text(
            StatusCode::NOT_FOUND,
            if cfg!(feature = "slo") {
                "not here; there are /, /status.json, /settings, /slo, /metrics, /healthz and /readyz"
            } else {
                "not here; there are /, /status.json, /settings, /metrics, /healthz and /readyz"
            },
        ),
    }
}

fn access(state: &State, request: &Request<Incoming>) -> Access {
    match &state.token {
        None => Access::Open,
        Some(token) => token.admits(request.headers()).map_or(Access::Refused, Access::Token),
    }
}

fn unauthorized() -> Answer {
    let mut answer = answer::text(
        StatusCode::UNAUTHORIZED,
        "a token is needed: `Authorization: Bearer TOKEN`, or the user `admin` with the token as password",
    );
    for challenge in ["Bearer realm=\"its-telemetry\"", "Basic realm=\"its-telemetry\", charset=\"UTF-8\""] {
        answer.headers_mut().append(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    answer
}

fn not_allowed(methods: &'static str) -> Answer {
    let mut answer = answer::text(StatusCode::METHOD_NOT_ALLOWED, format!("only {methods}"));
    answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(methods));
    answer
}
