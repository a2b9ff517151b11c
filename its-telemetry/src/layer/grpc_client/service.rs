//! The client that measures.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use crate::instruments::request::{OTHER_METHOD, Protocol, RequestKey};
use crate::layer::client::ClientConfig;
use crate::layer::grpc;
use crate::layer::response::{Answer, Exchange};
use crate::layer::{AnyError, ClassifyError, ResponseBody, ResponseFuture, accessors};

/// The service of [`GrpcClientLayer`](super::GrpcClientLayer).
#[derive(Clone, Debug)]
pub struct GrpcClient<S, C = AnyError> {
    inner: S,
    config: Arc<ClientConfig>,
    classify: C,
}

impl<S, C> GrpcClient<S, C> {
    pub(super) fn new(inner: S, config: Arc<ClientConfig>, classify: C) -> Self {
        Self { inner, config, classify }
    }

    accessors!();
}

impl<S, C, ReqBody, ResBody> Service<Request<ReqBody>> for GrpcClient<S, C>
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
            protocol: Protocol::GrpcClient,
            method: "",
            operation: grpc::method(request.uri().path()).unwrap_or(OTHER_METHOD),
            address,
            port,
        });
        config.inject(&observation, request.headers_mut());
        let deadline = grpc::timeout(request.headers()).unwrap_or(u64::MAX).min(config.deadline);
        let inner = &mut self.inner;
        let future = observation.call(|| inner.call(request));
        let exchange = Exchange::new(observation, Protocol::GrpcClient, deadline);
        ResponseFuture::new(future, exchange, Answer::default(), self.classify.clone())
    }
}
