//! The service that measures.

use http::{Method, Request};

use super::route;
use crate::instruments::request::{Protocol, RequestKey, UNMATCHED};
use crate::layer::RequestHead;
use crate::layer::method::method_label;
use crate::layer::response::{Answer, Exchange};
use crate::layer::server::ServerConfig;
use crate::layer::service::measuring_service;

const PROTOCOL: Protocol = Protocol { is_grpc: false, is_server: true };

measuring_service! {
    /// The service of [`HttpServerLayer`](super::HttpServerLayer).
    HttpServer(ServerConfig) by begin
}

#[inline]
fn begin<B>(config: &ServerConfig, request: &mut Request<B>) -> (Exchange, Answer) {
    let head = RequestHead::of(request);
    let observation = config.start(head, |_| RequestKey {
        protocol: PROTOCOL,
        method: method_label(head.method),
        operation: config.route.unwrap_or(route::default)(head).unwrap_or(UNMATCHED),
        address: "",
        port: 0,
    });
    let to_head = *head.method == Method::HEAD;
    let answer = Answer { to_head, trace_header: config.trace_header, method: None };
    (Exchange::new(observation, PROTOCOL, config.deadline), answer)
}
