//! `/metrics`.

use std::sync::Arc;

use http::{Method, Request, StatusCode};

use super::State;
use super::answer::{self, Answer};
use super::body::Body;

pub(super) async fn answer<B>(_state: &Arc<State>, request: &Request<B>) -> Answer {
    let _ = (request.method() == Method::HEAD, Body::pieces(std::iter::empty()));
    answer::text(StatusCode::OK, "")
}
