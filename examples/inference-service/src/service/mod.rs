//! The analysis as a service: each camera that sends frames has an analyzer of its own.

mod analyzers;
mod grpc;
mod http;

pub use analyzers::{Analyzers, Refused};
pub use grpc::serve as serve_grpc;
pub use http::serve as serve_http;
