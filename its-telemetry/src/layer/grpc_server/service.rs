//! The service that measures.

use http::Request;

use crate::instruments::request::{OTHER_METHOD, Protocol, RequestKey};
use crate::layer::response::{Answer, Exchange};
use crate::layer::server::ServerConfig;
use crate::layer::service::measuring_service;
use crate::layer::{RequestHead, grpc};

const PROTOCOL: Protocol = Protocol { is_grpc: true, is_server: true };

measuring_service! {
    /// The service of [`GrpcServerLayer`](super::GrpcServerLayer).
    GrpcServer(ServerConfig) by begin
}

#[inline]
fn begin<B>(config: &ServerConfig, request: &mut Request<B>) -> (Exchange, Answer) {
    let head = RequestHead::of(request);
    let mut unknown = None;
    let observation = config.start(head, |core| {
        let key = |operation| RequestKey { protocol: PROTOCOL, method: "", operation, address: "", port: 0 };
        match grpc::method(head.uri.path()).map(|method| (method, key(method))) {
            Some((_, known)) if core.requests.find(&known).is_some() => known,
            // Anybody can ask for any method: whether there is one, the answer says.
            asked => {
                unknown = asked.map(|(method, _)| method.into());
                key(OTHER_METHOD)
            }
        }
    });
    let deadline = grpc::timeout(head.headers).unwrap_or(u64::MAX).min(config.deadline);
    let answer = Answer { to_head: false, trace_header: config.trace_header, method: unknown };
    (Exchange::new(observation, PROTOCOL, deadline), answer)
}
