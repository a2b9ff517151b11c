//! The gRPC interface.

use std::sync::Arc;

use its_telemetry::layer::GrpcServerLayer;
use its_telemetry::{ErrorKind, Outcome, Telemetry};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::Status;

use super::{Analyzers, Refused};
use crate::api::{Analyse, AnalyseReply, AnalyseRequest, AnalysisServer};
use crate::stop::{self, Stop};

/// Answers gRPC calls until it is told to stop.
///
/// # Errors
/// When the transport fails.
pub async fn serve(
    telemetry: &Telemetry,
    listener: tokio::net::TcpListener,
    analyzers: Arc<Analyzers>,
    stop: Stop,
) -> Result<(), tonic::transport::Error> {
    tonic::transport::Server::builder()
        .layer(GrpcServerLayer::new(telemetry))
        .add_service(AnalysisServer::new(analyzers))
        .serve_with_incoming_shutdown(TcpListenerStream::new(listener), stop::wait(stop))
        .await
}

impl Analyse for Analyzers {
    async fn analyse(&self, request: AnalyseRequest) -> Result<AnalyseReply, Status> {
        let analysis = Self::analyse(self, &request.frame).await.map_err(|refused| status(&refused))?;
        Ok(AnalyseReply::from(&analysis))
    }
}

fn status(refused: &Refused) -> Status {
    let message = refused.to_string();
    match (refused, refused.outcome()) {
        (_, Outcome::Rejected) => Status::resource_exhausted(message),
        (_, Outcome::Timeout) => Status::deadline_exceeded(message),
        (Refused::NoCamera | Refused::Frame(_), _) => Status::invalid_argument(message),
        _ => Status::internal(message),
    }
}
