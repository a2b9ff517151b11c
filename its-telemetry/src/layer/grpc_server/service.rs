//! The service that measures.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use crate::instruments::request::{OTHER_METHOD, Protocol, RequestKey};
use crate::layer::grpc;
use crate::layer::response::{Answer, Exchange};
use crate::layer::server::ServerConfig;
use crate::layer::{AnyError, ClassifyError, RequestHead, ResponseBody, ResponseFuture, accessors};

/// The service of [`GrpcServerLayer`](super::GrpcServerLayer).
#[derive(Clone, Debug)]
pub struct GrpcServer<S, C = AnyError> {
    inner: S,
    config: Arc<ServerConfig>,
    classify: C,
}

impl<S, C> GrpcServer<S, C> {
    pub(super) fn new(inner: S, config: Arc<ServerConfig>, classify: C) -> Self {
        Self { inner, config, classify }
    }

    accessors!();
}

impl<S, C, ReqBody, ResBody> Service<Request<ReqBody>> for GrpcServer<S, C>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Body,
    C: ClassifyError<S::Error> + Clone,
{
    type Response = Response<ResponseBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future, C>;

    fn poll_ready(&mut self, task: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(task)
    }

    #[inline]
    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let head = RequestHead::of(&request);
        let config = &*self.config;
        let mut unknown = None;
        let mut observation = config.start(head, |core| {
            let key = |operation| RequestKey {
                protocol: Protocol::GrpcServer,
                method: "",
                operation,
                address: "",
                port: 0,
            };
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
        let inner = &mut self.inner;
        let future = observation.call(|| inner.call(request));
        let exchange = Exchange::new(observation, Protocol::GrpcServer, deadline);
        ResponseFuture::new(future, exchange, answer, self.classify.clone())
    }
}
