//! Requests that an HTTP service answers.
//!
//! # What is measured
//!
//! | metric | until |
//! |---|---|
//! | `http_server_request_duration_seconds` | the end of the response's body or its trailers |
//! | `its_http_server_headers_duration_seconds` | the headers of the response |
//! | `its_http_server_first_byte_duration_seconds` | the first byte of its body |
//! | `http_server_active_requests` | the end of the body; it is in flight until then |
//!
//! The first has the labels `http_request_method`, `http_route`, `http_response_status_code` (empty when there was no
//! response) and `outcome`; its count is the number of requests. The next two have the outcome as the status had it at
//! that time.
//!
//! # How a request ends
//!
//! | | outcome |
//! |---|---|
//! | 1xx to 4xx, and all of the body | `ok`: the server did its work |
//! | 5xx | `error` |
//! | 408, 504 | `timeout` |
//! | 429, 503 | `rejected` |
//! | the service or the body returned an error | `error`, or what [`classify_errors`] says |
//! | the client went away before the end of the body | `cancelled`; after a [`deadline`] `timeout` |
//! | the service or the body panicked | `panicked`; the panic passes through |
//!
//! # The route
//!
//! Paths never become labels. With the feature `axum` the label `http_route` is the route that axum matched; the layer
//! sees it when it is added with `Router::layer` or `Router::route_layer`. Elsewhere [`route`] reads it from the
//! request. Without a route it is `unmatched`.
//!
//! # Context
//!
//! `traceparent`, `tracestate` and `baggage` are read as [`scope::w3c`](crate::scope::w3c) describes. The caller's
//! sampling decision holds, except that an override for the tenant or the camera may sample what the caller did not.
//! Tenant and camera come from the baggage `its.tenant.id` and `its.camera.id`, or from [`tenant_from`] and
//! [`camera_from`].
//!
//! [`classify_errors`]: HttpServerLayer::classify_errors
//! [`deadline`]: HttpServerLayer::deadline
//! [`route`]: HttpServerLayer::route
//! [`tenant_from`]: HttpServerLayer::tenant_from
//! [`camera_from`]: HttpServerLayer::camera_from

mod layer;
mod route;
mod service;

pub use layer::HttpServerLayer;
#[cfg(feature = "axum")]
pub use route::matched_path;
pub use service::HttpServer;
