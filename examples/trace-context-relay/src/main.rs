//! Calls what it is told to call, for tests of trace context propagation.
//!
//! `POST /test` takes a JSON array `[{"url": U, "arguments": A}, ..]`. For each element the service POSTs `A` as JSON
//! to `U`, one after the other, each as a call of its own in the trace of the request. It answers 200 when all have
//! been called, 502 when one could not be.

mod relay;

use std::net::SocketAddr;

use axum::{Router, routing::post};
use clap::Parser;
use its_telemetry::Telemetry;
use its_telemetry::layer::HttpServerLayer;

/// Calls what it is told to call.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:7777")]
    listen: SocketAddr,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse();
    let telemetry = Telemetry::builder("trace-context-relay").install()?;
    let router = Router::new()
        .route("/test", post(relay::relay))
        .with_state(relay::client())
        .layer(HttpServerLayer::new(&telemetry));
    let listener = tokio::net::TcpListener::bind(options.listen).await;
    let listener = listener.map_err(|error| format!("cannot listen on {}: {error}", options.listen))?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, router).with_graceful_shutdown(stopped()).await?;
    Ok(())
}

async fn stopped() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! { () = terminate => {}, _ = tokio::signal::ctrl_c() => {} }
}
