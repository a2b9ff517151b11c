//! Calls that a gRPC service answers: tonic's, or any other that speaks gRPC over HTTP/2.
//!
//! # What is measured
//!
//! | metric | until |
//! |---|---|
//! | `rpc_server_call_duration_seconds` | the trailers, which have the status |
//! | `its_rpc_server_headers_duration_seconds` | the headers of the response |
//! | `its_rpc_server_first_byte_duration_seconds` | the first byte of the first message |
//! | `its_rpc_server_active_calls` | the trailers; the call is in flight until then |
//!
//! The first has the labels `rpc_system_name` (`grpc`), `rpc_method` (`package.Service/Method`),
//! `rpc_response_status_code` (`OK`, `DEADLINE_EXCEEDED`, ..; empty when none was sent) and `outcome`; its count is the
//! number of calls. A method gets series of its own when the service answers anything but `UNIMPLEMENTED` to it;
//! until then, and for what no caller should ask, `rpc_method` is `_OTHER`. Headers and first byte have the outcome as it was
//! known at that time: `ok` until a status says otherwise.
//!
//! # How a call ends
//!
//! The status is that of `grpc-status` in the trailers, or in the headers of a response without messages.
//!
//! | `grpc-status` | outcome |
//! |---|---|
//! | `OK` | `ok` |
//! | `INVALID_ARGUMENT`, `NOT_FOUND`, `ALREADY_EXISTS`, `PERMISSION_DENIED`, `FAILED_PRECONDITION`, `ABORTED`, `OUT_OF_RANGE`, `UNAUTHENTICATED` | `ok`: the server did its work |
//! | `UNKNOWN`, `UNIMPLEMENTED`, `INTERNAL`, `DATA_LOSS` | `error` |
//! | `DEADLINE_EXCEEDED` | `timeout` |
//! | `RESOURCE_EXHAUSTED`, `UNAVAILABLE` | `rejected` |
//! | `CANCELLED` | `cancelled` |
//! | none at the end of the stream | `error`, counted as `UNKNOWN` |
//! | none, because the caller went away | `cancelled`; after its `grpc-timeout` or the [`deadline`] `timeout` |
//! | none, because the service panicked | `panicked`; the panic passes through |
//!
//! tonic applies `Server::timeout` and `grpc-timeout` outside the layers of its users: a call that it gives up looks as
//! if the caller had gone away, which is why the layer reads `grpc-timeout`. Give `Server::timeout` as [`deadline`].
//!
//! Context in: as in the [layer for HTTP](super::http_server).
//!
//! [`deadline`]: GrpcServerLayer::deadline

mod layer;
mod service;

pub use layer::GrpcServerLayer;
pub use service::GrpcServer;
