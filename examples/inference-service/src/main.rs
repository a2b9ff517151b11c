//! Analyses traffic cameras on the CPU, and shows what it does: status page and metrics on 127.0.0.1:9464.
//!
//! `--cameras N` runs N generated scenes with known ground truth; `--input FILE_OR_URL` decodes any video that `ffmpeg`
//! reads. On SIGTERM or Ctrl-C it stops and prints what was there and what was counted.

mod analysis;
mod camera;
mod fault;
mod options;
mod stop;
mod totals;

use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use its_telemetry::Telemetry;

use camera::CameraLoop;
use options::Options;
use totals::Totals;

/// Cameras get this long to finish their frame when the service stops.
const GRACE: Duration = Duration::from_secs(2);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse();
    let telemetry =
        Telemetry::builder("inference-service").service_version(env!("CARGO_PKG_VERSION")).install()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let totals = runtime.block_on(serve(&telemetry, &options))?;
    runtime.shutdown_timeout(Duration::from_millis(500));
    // The last lines, whatever the exporters had to say before.
    println!("{totals}");
    Ok(())
}

async fn serve(telemetry: &Telemetry, options: &Options) -> Result<Totals, Box<dyn std::error::Error>> {
    let stop = stop::on_signal()?;
    let mut cameras = tokio::task::JoinSet::new();
    for number in 0..options.cameras {
        let camera = CameraLoop::new(telemetry, options, number)?;
        cameras.spawn(camera.run(stop.clone()));
    }
    stop::wait(stop).await;
    let totals = Arc::new(std::sync::Mutex::new(Totals::default()));
    let all = async {
        while let Some(ended) = cameras.join_next().await {
            if let (Ok(ended), Ok(mut totals)) = (ended, totals.lock()) {
                totals.add(&ended);
            }
        }
    };
    if tokio::time::timeout(GRACE, all).await.is_err() {
        tracing::warn!("some cameras did not stop in time; their counts are missing");
    }
    let totals = totals.lock().map_or_else(|_| Totals::default(), |totals| totals.clone());
    Ok(totals)
}
