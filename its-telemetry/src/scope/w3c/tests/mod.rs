//! The cases that the W3C conformance suite names, and properties that hold for any input.

mod baggage;
mod baggage_out;
mod incoming;
mod properties;
mod traceparent;
mod tracestate;

use super::*;
use http::{HeaderMap, HeaderName, HeaderValue};

/// A request with these headers, in this order, repeated names as separate lines.
fn request(lines: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        headers.append(name, HeaderValue::from_bytes(value.as_bytes()).expect("a header value"));
    }
    headers
}

/// `tracestate` or `baggage` lines only.
fn lines_of(name: &str, values: &[&str]) -> HeaderMap {
    request(&values.iter().map(|value| (name, *value)).collect::<Vec<_>>())
}
