//! The inference service, over HTTP or gRPC, with our client layer around either.

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use inference_service::api::{AnalyseReply, AnalyseRequest, AnalysisClient, FRAMES};
use its_telemetry::ErrorKind;
use its_telemetry::layer::{GrpcClient, GrpcClientLayer, HttpClient, HttpClientLayer};
use tonic::transport::{Channel, Endpoint};
use tower::{Layer, ServiceExt};
use traffic_vision::analyze::Analysis;

use crate::options::Options;

/// An analysis that takes longer is given up.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Bytes of an answer.
const MAX_ANSWER: usize = 1024 * 1024;

type Http = HttpClient<hyper_util::client::legacy::Client<HttpConnector, Full<Bytes>>>;

/// Why a frame has no result.
#[derive(Debug, thiserror::Error, ErrorKind)]
pub(crate) enum RemoteError {
    /// The service did not answer in time.
    #[error("no result within {TIMEOUT:?}")]
    #[error_kind(outcome = "timeout")]
    Timeout,
    /// The service could not be reached.
    #[error("the inference service cannot be reached: {0}")]
    Unreachable(String),
    /// The service has no room.
    #[error("the inference service has no room")]
    #[error_kind(outcome = "rejected")]
    Rejected,
    /// The service answered with a failure.
    #[error("the inference service failed: {0}")]
    Failed(String),
    /// The answer cannot be read.
    #[error("the answer cannot be read: {0}")]
    Answer(String),
}

/// A way to the service. Clones share its connections.
#[derive(Clone, Debug)]
pub(crate) enum Remote {
    Http { client: Box<Http>, url: http::Uri },
    Grpc(AnalysisClient<GrpcClient<Channel>>),
}

impl Remote {
    pub(crate) fn new(options: &Options) -> Result<Self, crate::Failure> {
        if let Some(address) = options.grpc {
            let channel = Endpoint::from_shared(format!("http://{address}"))?.connect_lazy();
            let layer = GrpcClientLayer::installed().server(&address.ip().to_string(), address.port());
            return Ok(Self::Grpc(AnalysisClient::new(layer.layer(channel))));
        }
        let address = options.http.ok_or("--http or --grpc is needed")?;
        let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build_http();
        let url = format!("http://{address}{FRAMES}").parse()?;
        Ok(Self::Http { client: Box::new(HttpClientLayer::installed().layer(client)), url })
    }

    /// Has a frame analysed; returns how many vehicles of this camera the service has counted.
    pub(crate) async fn analyse(&mut self, frame: Bytes) -> Result<u64, RemoteError> {
        tokio::time::timeout(TIMEOUT, self.send(frame)).await.map_err(|_| RemoteError::Timeout)?
    }

    async fn send(&mut self, frame: Bytes) -> Result<u64, RemoteError> {
        match self {
            Self::Grpc(client) => {
                let AnalyseReply { counted, .. } =
                    client.analyse(AnalyseRequest { frame }).await.map_err(of_status)?;
                Ok(counted)
            }
            Self::Http { client, url } => {
                let request = Request::builder().method(Method::POST).uri(url.clone()).body(Full::new(frame));
                let request = request.map_err(|error| RemoteError::Failed(error.to_string()))?;
                let answer = Http::clone(client).oneshot(request).await;
                let answer = answer.map_err(|error| RemoteError::Unreachable(error.to_string()))?;
                let status = answer.status();
                let body = Limited::new(answer.into_body(), MAX_ANSWER).collect().await;
                let body = body.map_err(|error| RemoteError::Answer(error.to_string()))?.to_bytes();
                match status {
                    StatusCode::OK => {
                        let analysis: Analysis = serde_json::from_slice(&body)
                            .map_err(|error| RemoteError::Answer(error.to_string()))?;
                        Ok(analysis.counted)
                    }
                    StatusCode::SERVICE_UNAVAILABLE => Err(RemoteError::Rejected),
                    StatusCode::GATEWAY_TIMEOUT => Err(RemoteError::Timeout),
                    _ => Err(RemoteError::Failed(String::from_utf8_lossy(&body).trim().to_owned())),
                }
            }
        }
    }
}

fn of_status(status: tonic::Status) -> RemoteError {
    match status.code() {
        tonic::Code::DeadlineExceeded => RemoteError::Timeout,
        tonic::Code::ResourceExhausted => RemoteError::Rejected,
        tonic::Code::Unavailable => RemoteError::Unreachable(status.message().to_owned()),
        _ => RemoteError::Failed(status.message().to_owned()),
    }
}
