//! Analyses traffic cameras on the CPU, and shows what it does: status page and metrics on 127.0.0.1:9464.
//!
//! `--cameras N` runs N generated scenes with known ground truth; `--input FILE_OR_URL` decodes any video that `ffmpeg`
//! reads; `--http` and `--grpc` take frames from elsewhere. On SIGTERM or Ctrl-C it stops and prints what was there and what was counted.

use std::sync::Arc;

use clap::Parser;
use its_telemetry::Telemetry;

use inference_service::camera::CameraLoop;
use inference_service::fault::Faults;
use inference_service::objectives;
use inference_service::options::Options;
use inference_service::process::{Failure, GRACE, run};
use inference_service::service::{Analyzers, serve_grpc, serve_http};
use inference_service::stop;
use inference_service::totals::Totals;
use tokio::net::TcpListener;

fn main() -> Result<(), Failure> {
    let options = Options::parse();
    let serve = async |telemetry: &Telemetry| serve(telemetry, &options).await;
    let objectives = objectives::of_analysis(options.observability.budgets.as_deref())?;
    run("inference-service", env!("CARGO_PKG_VERSION"), &options.observability, objectives, serve)
}

async fn serve(telemetry: &Telemetry, options: &Options) -> Result<Totals, Failure> {
    let stop = stop::on_signal()?;
    // `/readyz` says no until every camera has been opened.
    let opened = telemetry.readiness().condition("cameras");
    let mut cameras = tokio::task::JoinSet::new();
    for number in 0..options.cameras {
        let camera = CameraLoop::new(telemetry, options, number)?;
        cameras.spawn(camera.run(stop.clone()));
    }
    opened.set(true);
    let analyzers = Arc::new(Analyzers::new(Faults::new(&options.fault)));
    let mut servers: tokio::task::JoinSet<Result<(), Failure>> = tokio::task::JoinSet::new();
    if let Some(address) = options.http {
        let (telemetry, listener) = (telemetry.clone(), listen("http", address).await?);
        let (analyzers, stop) = (Arc::clone(&analyzers), stop.clone());
        servers.spawn(async move { Ok(serve_http(&telemetry, listener, analyzers, stop).await?) });
    }
    if let Some(address) = options.grpc {
        let (telemetry, listener) = (telemetry.clone(), listen("grpc", address).await?);
        let (analyzers, stop) = (Arc::clone(&analyzers), stop.clone());
        servers.spawn(async move { Ok(serve_grpc(&telemetry, listener, analyzers, stop).await?) });
    }
    stop::wait(stop).await;
    let totals = Arc::new(std::sync::Mutex::new(Totals::default()));
    let all = async {
        while let Some(ended) = cameras.join_next().await {
            if let (Ok(ended), Ok(mut totals)) = (ended, totals.lock()) {
                totals.add(&ended);
            }
        }
        while let Some(ended) = servers.join_next().await {
            if let Ok(Err(error)) = ended {
                tracing::error!(error, "a server failed");
            }
        }
    };
    if tokio::time::timeout(GRACE, all).await.is_err() {
        tracing::warn!("some cameras or servers did not stop in time");
    }
    let totals = totals.lock().map_or_else(|_| Totals::default(), |totals| totals.clone());
    Ok(totals)
}

async fn listen(what: &str, address: std::net::SocketAddr) -> Result<TcpListener, Failure> {
    let listener =
        TcpListener::bind(address).await.map_err(|error| format!("--{what} {address}: {error}"))?;
    println!("{what} on {}", listener.local_addr()?);
    Ok(listener)
}
