//! The HTTP interface.

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use bytes::Bytes;
use http::StatusCode;
use its_telemetry::layer::{HttpServerLayer, TraceHeader};
use its_telemetry::{ErrorKind, Outcome, Telemetry};
use traffic_vision::analyze::Analysis;
use traffic_vision::wire;

use super::{Analyzers, Refused};
use crate::api::FRAMES;
use crate::stop::{self, Stop};

/// Answers HTTP requests until it is told to stop.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    telemetry: &Telemetry,
    listener: tokio::net::TcpListener,
    analyzers: Arc<Analyzers>,
    stop: Stop,
) -> std::io::Result<()> {
    let router = Router::new()
        .route(FRAMES, post(analyse))
        .layer(DefaultBodyLimit::max(wire::HEADER_BYTES + wire::DEFAULT_MAX_DATA_BYTES))
        .layer(HttpServerLayer::new(telemetry).trace_header(TraceHeader::TraceResponse))
        .with_state(analyzers);
    axum::serve(listener, router).with_graceful_shutdown(stop::wait(stop)).await
}

async fn analyse(State(analyzers): State<Arc<Analyzers>>, body: Bytes) -> Result<Json<Analysis>, Refused> {
    analyzers.analyse(&body).await.map(Json)
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = match (&self, self.outcome()) {
            (_, Outcome::Rejected) => StatusCode::SERVICE_UNAVAILABLE,
            (_, Outcome::Timeout) => StatusCode::GATEWAY_TIMEOUT,
            (Self::NoCamera | Self::Frame(_), _) => StatusCode::BAD_REQUEST,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, format!("{self}\n")).into_response()
    }
}
