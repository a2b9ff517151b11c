//! The gRPC server.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tonic::body::Body;
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic_prost::ProstCodec;

use super::{ANALYSE, AnalyseReply, AnalyseRequest, SERVICE};

/// What the server asks for an answer.
pub trait Analyse: Send + Sync + 'static {
    /// Analyses one frame.
    fn analyse(
        &self,
        request: AnalyseRequest,
    ) -> impl Future<Output = Result<AnalyseReply, tonic::Status>> + Send;
}

/// Answers gRPC calls with an [`Analyse`].
#[derive(Debug)]
pub struct AnalysisServer<A>(Arc<A>);

impl<A> AnalysisServer<A> {
    /// A server that asks `analyse`.
    pub fn new(analyse: Arc<A>) -> Self {
        Self(analyse)
    }
}

impl<A> Clone for AnalysisServer<A> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<A> NamedService for AnalysisServer<A> {
    const NAME: &'static str = SERVICE;
}

struct Method<A>(Arc<A>);

type BoxedFuture<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

impl<A: Analyse> UnaryService<AnalyseRequest> for Method<A> {
    type Response = AnalyseReply;
    type Future = BoxedFuture<tonic::Response<AnalyseReply>, tonic::Status>;

    fn call(&mut self, request: tonic::Request<AnalyseRequest>) -> Self::Future {
        let analyse = Arc::clone(&self.0);
        Box::pin(async move { analyse.analyse(request.into_inner()).await.map(tonic::Response::new) })
    }
}

impl<A: Analyse> tower::Service<http::Request<Body>> for AnalysisServer<A> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxedFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let method = Method(Arc::clone(&self.0));
        Box::pin(async move {
            if request.uri().path() != ANALYSE {
                return Ok(tonic::Status::unimplemented("there is no such method").into_http());
            }
            let mut grpc = Grpc::new(ProstCodec::<AnalyseReply, AnalyseRequest>::default());
            Ok(grpc.unary(method, request).await)
        })
    }
}
