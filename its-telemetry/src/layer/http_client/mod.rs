//! Requests that an HTTP client sends.
//!
//! # What is measured
//!
//! | metric | until |
//! |---|---|
//! | `http_client_request_duration_seconds` | the end of the response's body or its trailers |
//! | `its_http_client_headers_duration_seconds` | the headers of the response |
//! | `its_http_client_first_byte_duration_seconds` | the first byte of its body |
//! | `http_client_active_requests` | the end of the body; it is in flight until then |
//!
//! The labels are `http_request_method`, `server_address` and `server_port`, and for the first also
//! `http_response_status_code` (empty when there was no response) and `outcome`.
//!
//! # How a request ends
//!
//! | | outcome |
//! |---|---|
//! | 1xx to 3xx, and all of the body | `ok` |
//! | 4xx, 5xx | `error`: the client has not got what it asked for |
//! | 408, 504 | `timeout` |
//! | 429, 503 | `rejected` |
//! | no response, or the body broke off | `error`, or what [`classify_errors`] says |
//! | future or body dropped before its end | `cancelled`; after a [`deadline`] `timeout` |
//!
//! A client that looks at the status only should read the body all the same: else the connection cannot be used again,
//! and the request counts as `cancelled`.
//!
//! # Context
//!
//! The request gets the `traceparent` of the call, the `tracestate` that came with it, and as `baggage` tenant, camera,
//! frame and what others had there. Headers of these names that the request has already are replaced.
//!
//! [`classify_errors`]: HttpClientLayer::classify_errors
//! [`deadline`]: HttpClientLayer::deadline

mod layer;
mod service;

pub use layer::HttpClientLayer;
pub use service::HttpClient;
