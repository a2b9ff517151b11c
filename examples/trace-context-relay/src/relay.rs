//! The calls.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use its_telemetry::layer::{HttpClient, HttpClientLayer};
use serde::Deserialize;
use tower::{Layer, ServiceExt};

/// A call that takes longer is given up.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes read of an answer, to leave its connection in order.
const MAX_ANSWER: usize = 1024 * 1024;

/// Sends requests in the trace of the call that sends them.
pub(crate) type Client = HttpClient<hyper_util::client::legacy::Client<HttpConnector, Full<Bytes>>>;

/// One call to be made.
#[derive(Debug, Deserialize)]
pub(crate) struct Order {
    url: String,
    #[serde(default)]
    arguments: serde_json::Value,
}

/// Why a call was not made.
#[derive(Debug, thiserror::Error)]
#[error("{url}: {reason}")]
pub(crate) struct NotCalled {
    url: String,
    reason: String,
}

impl IntoResponse for NotCalled {
    fn into_response(self) -> Response {
        (StatusCode::BAD_GATEWAY, format!("{self}\n")).into_response()
    }
}

/// A client with our layer around it.
pub(crate) fn client() -> Client {
    let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build_http();
    HttpClientLayer::installed().layer(client)
}

/// Makes the calls, one after the other.
pub(crate) async fn relay(
    State(client): State<Client>,
    Json(orders): Json<Vec<Order>>,
) -> Result<StatusCode, NotCalled> {
    for order in orders {
        let url = order.url.clone();
        let called = tokio::time::timeout(TIMEOUT, call(&client, order)).await;
        let reason = match called {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {TIMEOUT:?}"),
        };
        return Err(NotCalled { url, reason });
    }
    Ok(StatusCode::OK)
}

async fn call(client: &Client, order: Order) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let body = Full::from(serde_json::to_vec(&order.arguments)?);
    let request = Request::builder()
        .method(Method::POST)
        .uri(&order.url)
        .header(header::CONTENT_TYPE, "application/json")
        .body(body)?;
    let answer = client.clone().oneshot(request).await?;
    Limited::new(answer.into_body(), MAX_ANSWER).collect().await?;
    Ok(())
}
