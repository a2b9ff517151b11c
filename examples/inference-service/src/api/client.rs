//! The gRPC client.

use tonic::body::Body;
use tonic::client::GrpcService;
use tonic_prost::ProstCodec;

use super::{ANALYSE, AnalyseReply, AnalyseRequest};

type StdError = Box<dyn std::error::Error + Send + Sync>;

/// Calls the analysis over any gRPC transport, layers included.
#[derive(Clone, Debug)]
pub struct AnalysisClient<T> {
    inner: tonic::client::Grpc<T>,
}

impl<T> AnalysisClient<T>
where
    T: GrpcService<Body>,
    T::Error: Into<StdError>,
    T::ResponseBody: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    <T::ResponseBody as http_body::Body>::Error: Into<StdError> + Send,
{
    /// A client on `transport`.
    pub fn new(transport: T) -> Self {
        Self { inner: tonic::client::Grpc::new(transport) }
    }

    /// Has one frame analysed.
    ///
    /// # Errors
    /// The status of the service, or `UNKNOWN` when it cannot be reached.
    pub async fn analyse(&mut self, request: AnalyseRequest) -> Result<AnalyseReply, tonic::Status> {
        self.inner.ready().await.map_err(|error| tonic::Status::unavailable(error.into().to_string()))?;
        let path = http::uri::PathAndQuery::from_static(ANALYSE);
        let codec = ProstCodec::<AnalyseRequest, AnalyseReply>::default();
        let reply = self.inner.unary(tonic::Request::new(request), path, codec).await?;
        Ok(reply.into_inner())
    }
}
