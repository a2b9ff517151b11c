//! The client that measures.

use http::Request;

use crate::instruments::request::{OTHER_METHOD, Protocol, RequestKey};
use crate::layer::client::ClientConfig;
use crate::layer::grpc;
use crate::layer::response::{Answer, Exchange};
use crate::layer::service::measuring_service;

const PROTOCOL: Protocol = Protocol { is_grpc: true, is_server: false };

measuring_service! {
    /// The service of [`GrpcClientLayer`](super::GrpcClientLayer).
    GrpcClient(ClientConfig) by begin
}

#[inline]
fn begin<B>(config: &ClientConfig, request: &mut Request<B>) -> (Exchange, Answer) {
    let (address, port) = config.server(request.uri(), request.headers());
    let observation = config.start(&RequestKey {
        protocol: PROTOCOL,
        method: "",
        operation: grpc::method(request.uri().path()).unwrap_or(OTHER_METHOD),
        address,
        port,
    });
    config.inject(&observation, request.headers_mut());
    let deadline = grpc::timeout(request.headers()).unwrap_or(u64::MAX).min(config.deadline);
    (Exchange::new(observation, PROTOCOL, deadline), Answer::default())
}
