//! Captures frames of traffic cameras and has the inference service analyse them, over HTTP or gRPC.
//!
//! One trace crosses both services. The age of a frame is measured from its capture to its result. On SIGTERM or Ctrl-C
//! the service stops and prints what was there and what was counted.

mod camera;
mod options;
mod remote;

use std::time::Duration;

use clap::Parser;
use inference_service::stop;
use inference_service::totals::Totals;
use its_telemetry::Telemetry;

use camera::CameraLoop;
use options::Options;
use remote::Remote;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Cameras get this long to finish their frame when the service stops.
const GRACE: Duration = Duration::from_secs(2);

/// The exporters get this long to empty their queues.
const EXPORT: Duration = Duration::from_secs(2);

fn main() -> Result<(), Failure> {
    let options = Options::parse();
    let telemetry = options.observability.install("camera-service", env!("CARGO_PKG_VERSION"))?;
    if let Some(address) = telemetry.admin_address() {
        println!("status page on http://{address}/, metrics on http://{address}/metrics");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let totals = runtime.block_on(serve(&telemetry, &options))?;
    runtime.shutdown_timeout(Duration::from_millis(500));
    let report = telemetry.shutdown_blocking(EXPORT);
    if !report.is_complete() {
        eprintln!("telemetry was lost: {report}");
    }
    println!("{totals}");
    Ok(())
}

async fn serve(telemetry: &Telemetry, options: &Options) -> Result<Totals, Failure> {
    let stop = stop::on_signal()?;
    let remote = Remote::new(options)?;
    let mut cameras = tokio::task::JoinSet::new();
    for number in 0..options.cameras {
        let camera = CameraLoop::new(telemetry, options, number, remote.clone())?;
        cameras.spawn(camera.run(stop.clone()));
    }
    stop::wait(stop).await;
    let mut totals = Totals::default();
    let deadline = tokio::time::Instant::now() + GRACE;
    while let Ok(Some(ended)) = tokio::time::timeout_at(deadline, cameras.join_next()).await {
        if let Ok(ended) = ended {
            totals.add(&ended);
        }
    }
    Ok(totals)
}
