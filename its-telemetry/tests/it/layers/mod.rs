//! The tower layers.

mod grpc_outcomes;
mod http_outcomes;
mod support;
