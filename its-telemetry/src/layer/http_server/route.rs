//! The route of a request.

use crate::layer::RequestHead;

/// The route that axum matched: `/frames/{id}`. `None` outside a router, and for what no route matched.
#[cfg(feature = "axum")]
pub fn matched_path(head: RequestHead<'_>) -> Option<&str> {
    head.extensions.get::<axum::extract::MatchedPath>().map(axum::extract::MatchedPath::as_str)
}

/// The route when the service says nothing else.
#[inline]
pub(super) fn default(head: RequestHead<'_>) -> Option<&str> {
    #[cfg(feature = "axum")]
    return matched_path(head);
    #[cfg(not(feature = "axum"))]
    {
        let _ = head;
        None
    }
}
