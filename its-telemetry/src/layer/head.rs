//! A request without its body, for functions that read something from it.

use http::{Extensions, HeaderMap, Method, Request, Uri, Version};

/// What stands before the body of a request.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RequestHead<'a> {
    /// `GET`, `POST`, ..
    pub method: &'a Method,
    /// The target.
    pub uri: &'a Uri,
    /// The version of HTTP.
    pub version: Version,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// What earlier layers have left.
    pub extensions: &'a Extensions,
}

/// Reads something from a request. A closure that captures nothing will do.
pub type FromRequest = for<'a> fn(RequestHead<'a>) -> Option<&'a str>;

impl<'a> RequestHead<'a> {
    #[inline]
    pub(super) fn of<B>(request: &'a Request<B>) -> Self {
        Self {
            method: request.method(),
            uri: request.uri(),
            version: request.version(),
            headers: request.headers(),
            extensions: request.extensions(),
        }
    }
}
