//! The service that measures.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Method, Request, Response};
use http_body::Body;
use tower_service::Service;

use super::route;
use crate::instruments::request::{Protocol, RequestKey, UNMATCHED};
use crate::layer::method::method_label;
use crate::layer::response::{Answer, Exchange};
use crate::layer::server::ServerConfig;
use crate::layer::{AnyError, ClassifyError, RequestHead, ResponseBody, ResponseFuture, accessors};

/// The service of [`HttpServerLayer`](super::HttpServerLayer).
#[derive(Clone, Debug)]
pub struct HttpServer<S, C = AnyError> {
    inner: S,
    config: Arc<ServerConfig>,
    classify: C,
}

impl<S, C> HttpServer<S, C> {
    pub(super) fn new(inner: S, config: Arc<ServerConfig>, classify: C) -> Self {
        Self { inner, config, classify }
    }

    accessors!();
}

impl<S, C, ReqBody, ResBody> Service<Request<ReqBody>> for HttpServer<S, C>
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
        let mut observation = config.start(head, |_| RequestKey {
            protocol: Protocol::HttpServer,
            method: method_label(head.method),
            operation: config.route.unwrap_or(route::default)(head).unwrap_or(UNMATCHED),
            address: "",
            port: 0,
        });
        let answer = Answer {
            to_head: *request.method() == Method::HEAD,
            trace_header: config.trace_header,
            method: None,
        };
        let inner = &mut self.inner;
        let future = observation.call(|| inner.call(request));
        let exchange = Exchange::new(observation, Protocol::HttpServer, config.deadline);
        ResponseFuture::new(future, exchange, answer, self.classify.clone())
    }
}
