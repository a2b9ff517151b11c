//! The client that measures.

use http::{Method, Request};

use crate::instruments::request::{Protocol, RequestKey};
use crate::layer::client::ClientConfig;
use crate::layer::method::method_label;
use crate::layer::response::{Answer, Exchange};
use crate::layer::service::measuring_service;

const PROTOCOL: Protocol = Protocol { is_grpc: false, is_server: false };

measuring_service! {
    /// The service of [`HttpClientLayer`](super::HttpClientLayer).
    HttpClient(ClientConfig) by begin
}

#[inline]
fn begin<B>(config: &ClientConfig, request: &mut Request<B>) -> (Exchange, Answer) {
    let (address, port) = config.server(request.uri(), request.headers());
    let observation = config.start(&RequestKey {
        protocol: PROTOCOL,
        method: method_label(request.method()),
        operation: "",
        address,
        port,
    });
    config.inject(&observation, request.headers_mut());
    let answer = Answer { to_head: *request.method() == Method::HEAD, ..Answer::default() };
    (Exchange::new(observation, PROTOCOL, config.deadline), answer)
}
