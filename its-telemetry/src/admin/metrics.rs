//! `/metrics`: the format that `Accept` asks for, compressed when the client takes it, written while it is sent.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{Method, Request, StatusCode};

use super::State;
use super::answer::{self, Answer};
use super::body::Body;
use crate::exposition::{Scrape, accepts_gzip, negotiate};

pub(super) fn answer<B>(state: &Arc<State>, request: &Request<B>) -> Answer {
    let format = negotiate(joined(request, &header::ACCEPT).as_deref());
    let gzip = accepts_gzip(joined(request, &header::ACCEPT_ENCODING).as_deref());
    let body = match request.method() {
        // A scrape that is not read to its end does not count as one.
        &Method::HEAD => Body::pieces(std::iter::empty()),
        _ if gzip => Body::pieces(Scrape::new(Arc::clone(&state.core), format).gzip().map(Bytes::from)),
        _ => Body::pieces(Scrape::new(Arc::clone(&state.core), format).map(Bytes::from)),
    };
    let mut answer = answer::answer(StatusCode::OK, format.content_type(), body);
    let headers = answer.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept, accept-encoding"));
    if gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    answer
}

/// The values of a header that may come several times.
fn joined<B>(request: &Request<B>, name: &HeaderName) -> Option<String> {
    let values: Vec<&str> =
        request.headers().get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(","))
}
