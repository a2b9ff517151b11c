//! The method of HTTP as a label.

use http::Method;

use crate::instruments::request::OTHER_METHOD;

/// The methods that <https://opentelemetry.io/docs/specs/semconv/http/http-metrics/> knows; any other is `_OTHER`.
#[inline]
pub(super) fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::CONNECT => "CONNECT",
        Method::PATCH => "PATCH",
        Method::TRACE => "TRACE",
        _ if method.as_str() == "QUERY" => "QUERY",
        _ => OTHER_METHOD,
    }
}
