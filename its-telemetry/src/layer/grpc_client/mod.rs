//! Calls that a gRPC client makes, with tonic or any other client over HTTP/2.
//!
//! # What is measured
//!
//! | metric | until |
//! |---|---|
//! | `rpc_client_call_duration_seconds` | the trailers, which have the status |
//! | `its_rpc_client_headers_duration_seconds` | the headers of the response |
//! | `its_rpc_client_first_byte_duration_seconds` | the first byte of the first message |
//! | `its_rpc_client_active_calls` | the trailers; the call is in flight until then |
//!
//! The labels are those of the [server](super::grpc_server), with `server_address` and `server_port`. A tonic channel
//! adds the address inside the layer: give it as [`server`].
//!
//! # How a call ends
//!
//! | `grpc-status` | outcome |
//! |---|---|
//! | `OK` | `ok` |
//! | `DEADLINE_EXCEEDED` | `timeout` |
//! | `RESOURCE_EXHAUSTED`, `UNAVAILABLE` | `rejected` |
//! | `CANCELLED` | `cancelled` |
//! | any other | `error`: the client has not got what it asked for |
//! | none at the end of the stream | `error`, counted as `UNKNOWN` |
//! | no response, or the stream broke off | `error`, or what [`classify_errors`] says |
//! | future or stream dropped before its end | `cancelled`; after its `grpc-timeout` or the [`deadline`] `timeout` |
//!
//! Context out: as in the [layer for HTTP](super::http_client).
//!
//! [`classify_errors`]: GrpcClientLayer::classify_errors
//! [`deadline`]: GrpcClientLayer::deadline
//! [`server`]: GrpcClientLayer::server

mod layer;
mod service;

pub use layer::GrpcClientLayer;
pub use service::GrpcClient;
