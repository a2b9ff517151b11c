//! Captures frames of traffic cameras and has the inference service analyse them, over HTTP or gRPC.
//!
//! One trace crosses both services. The age of a frame is measured from its capture to its result. On SIGTERM or Ctrl-C
//! the service stops and prints what was there and what was counted.

mod camera;
mod options;
mod remote;

use clap::Parser;
use inference_service::objectives;
use inference_service::process::{Failure, GRACE, run};
use inference_service::stop;
use inference_service::totals::Totals;
use its_telemetry::Telemetry;

use camera::CameraLoop;
use options::Options;
use remote::Remote;

fn main() -> Result<(), Failure> {
    let options = Options::parse();
    let serve = async |telemetry: &Telemetry| serve(telemetry, &options).await;
    let objectives = objectives::of_frames(options.observability.budgets.as_deref())?;
    run("camera-service", env!("CARGO_PKG_VERSION"), &options.observability, objectives, serve)
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
