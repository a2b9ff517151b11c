//! Tower layers: context in, an observation around the service, context out.
//!
//! | layer | for |
//! |---|---|
//! | [`HttpServerLayer`] | what answers HTTP requests: axum, hyper, any tower service |
//! | [`HttpClientLayer`] | what sends them |
//! | `GrpcServerLayer`, `GrpcClientLayer` | the same for gRPC, tonic's or any other (feature `grpc`) |
//! | `ErrorBudgetLayer` | what should do less while an error budget burns (feature `slo`) |
//!
//! A request flows in with its headers; the service runs as a call in the caller's trace, in the scope of its tenant and
//! camera; the response flows out with a body that is measured to its end. No layer boxes, locks, or reads a body.
//! A request is slow when the headers of its response come late, however long its body takes: see
//! [`slow_call`](crate::TelemetryBuilder::slow_call).
//!
//! ```
//! use its_telemetry::{Telemetry, layer::HttpServerLayer};
//! # #[cfg(feature = "axum")] {
//! use axum::{Router, routing::get};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let telemetry = Telemetry::builder("camera-service").build()?;
//! let router: Router = Router::new()
//!     .route("/frames/{id}", get(|| async { "a frame" }))
//!     .layer(HttpServerLayer::new(&telemetry));
//! # Ok(()) } }
//! ```

mod classify;
mod client;
#[cfg(feature = "slo")]
pub mod error_budget;
mod head;
pub mod http_client;
pub mod http_server;
mod method;
mod response;
mod server;
mod service;

#[cfg(feature = "grpc")]
mod grpc;
#[cfg(feature = "grpc")]
pub mod grpc_client;
#[cfg(feature = "grpc")]
pub mod grpc_server;

pub use classify::{AnyError, ClassifyError};
#[cfg(feature = "slo")]
pub use error_budget::{Budget, Decision, Degraded, ErrorBudget, ErrorBudgetLayer};
#[cfg(feature = "grpc")]
pub use grpc_client::{GrpcClient, GrpcClientLayer};
#[cfg(feature = "grpc")]
pub use grpc_server::{GrpcServer, GrpcServerLayer};
pub use head::{FromRequest, RequestHead};
pub use http_client::{HttpClient, HttpClientLayer};
pub use http_server::{HttpServer, HttpServerLayer};
pub use response::{ResponseBody, ResponseFuture, TraceHeader};
