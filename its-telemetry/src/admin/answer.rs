//! Answers and the headers that all of them have.

use bytes::Bytes;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};

use super::body::Body;

pub(super) type Answer = Response<Body>;

/// Nothing but our own style sheet and icon is loaded, nothing runs, forms go here only, nobody frames the page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                                       base-uri 'none'; frame-ancestors 'none'";

const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

pub(super) const TEXT: &str = "text/plain; charset=utf-8";
pub(super) const JSON: &str = "application/json";
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// An answer of this type that is not kept by caches.
pub(super) fn answer(status: StatusCode, content_type: &'static str, body: Body) -> Answer {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    secure(headers);
    answer
}

fn secure(headers: &mut HeaderMap) {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Not `no-referrer`, which would take the `Origin` from our own forms.
        (header::REFERRER_POLICY, "same-origin"),
        (CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
        (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    ];
    headers.extend(fixed.map(|(name, value)| (name, HeaderValue::from_static(value))));
}

pub(super) fn whole(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Answer {
    answer(status, content_type, Body::whole(body))
}

/// A short text that says what is wrong and what to do.
pub(super) fn text(status: StatusCode, text: impl Into<String>) -> Answer {
    let mut text = text.into();
    text.push('\n');
    whole(status, TEXT, text)
}

/// Something that changes only with the version of this crate.
pub(super) fn asset(content_type: &'static str, bytes: &'static [u8]) -> Answer {
    let mut answer = whole(StatusCode::OK, content_type, Bytes::from_static(bytes));
    let day = HeaderValue::from_static("private, max-age=86400");
    answer.headers_mut().insert(header::CACHE_CONTROL, day);
    answer
}

/// To another page, with `GET`.
pub(super) fn see_other(location: &'static str) -> Answer {
    let mut answer = text(StatusCode::SEE_OTHER, format!("see {location}"));
    answer.headers_mut().insert(header::LOCATION, HeaderValue::from_static(location));
    answer
}
