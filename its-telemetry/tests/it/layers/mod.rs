//! The tower layers.

mod allocations;
mod cancellation;
mod context;
mod grpc_outcomes;
mod http_network;
mod http_outcomes;
pub(crate) mod support;
mod tonic_network;
