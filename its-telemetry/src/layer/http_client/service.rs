//! The client that measures.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Method, Request, Response};
use http_body::Body;
use tower_service::Service;

use crate::instruments::request::{Protocol, RequestKey};
use crate::layer::client::ClientConfig;
use crate::layer::method::method_label;
use crate::layer::response::{Answer, Exchange};
use crate::layer::{AnyError, ClassifyError, ResponseBody, ResponseFuture, accessors};

/// The service of [`HttpClientLayer`](super::HttpClientLayer).
#[derive(Clone, Debug)]
pub struct HttpClient<S, C = AnyError> {
    inner: S,
    config: Arc<ClientConfig>,
    classify: C,
}

impl<S, C> HttpClient<S, C> {
    pub(super) fn new(inner: S, config: Arc<ClientConfig>, classify: C) -> Self {
        Self { inner, config, classify }
    }

    accessors!();
}

impl<S, C, ReqBody, ResBody> Service<Request<ReqBody>> for HttpClient<S, C>
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
    fn call(&mut self, mut request: Request<ReqBody>) -> Self::Future {
        let config = &*self.config;
        let (address, port) = config.server(request.uri(), request.headers());
        let mut observation = config.start(&RequestKey {
            protocol: Protocol::HttpClient,
            method: method_label(request.method()),
            operation: "",
            address,
            port,
        });
        config.inject(&observation, request.headers_mut());
        let answer = Answer { to_head: *request.method() == Method::HEAD, ..Answer::default() };
        let inner = &mut self.inner;
        let future = observation.call(|| inner.call(request));
        let exchange = Exchange::new(observation, Protocol::HttpClient, config.deadline);
        ResponseFuture::new(future, exchange, answer, self.classify.clone())
    }
}
