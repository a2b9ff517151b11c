//! Serves the metrics of this machine's GPUs, for Prometheus.

mod arguments;
mod stop;

use std::collections::HashMap;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use its_telemetry::Telemetry;
use its_telemetry::admin::AdminSettings;
use its_telemetry::gpu::snapshot::{State, Unavailable};

use arguments::Arguments;

/// How often it is looked whether the GPUs are read.
const LOOK: Duration = Duration::from_secs(1);

/// How long a call to the driver may hold up the end.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("its-gpu-exporter: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let telemetry = Telemetry::builder("its-gpu-exporter")
        .service_version(env!("CARGO_PKG_VERSION"))
        // What the arguments say holds.
        .ignore_environment()
        .gpu(arguments.gpus()?)
        .admin(AdminSettings::default().address(arguments.address))
        .build()?;
    runtime.block_on(async {
        let stop = stop::signal()?;
        if let Some(address) = telemetry.admin_address() {
            eprintln!("its-gpu-exporter: serving http://{address}/metrics");
        }
        tokio::select! {
            name = stop => eprintln!("its-gpu-exporter: {name}, shutting down"),
            never = report(&telemetry) => match never {},
        }
        let report = telemetry.shutdown(PATIENCE).await;
        if report.deadline_passed {
            eprintln!("its-gpu-exporter: a call to the driver has not returned");
        }
        Ok(())
    })
}

/// Says when GPUs are read, why not when they are not, and when one of them changes.
async fn report(telemetry: &Telemetry) -> std::convert::Infallible {
    let mut said = Some(Unavailable::Starting);
    let mut states = HashMap::new();
    let mut look = tokio::time::interval(LOOK);
    loop {
        look.tick().await;
        let Some(snapshot) = telemetry.gpus() else { continue };
        let now = snapshot.collector.unavailable;
        if now != said {
            match now {
                Some(reason) => eprintln!("its-gpu-exporter: {}", reason.explanation()),
                None => eprintln!("its-gpu-exporter: {} GPUs are read", snapshot.gpus.len()),
            }
            said = now;
        }
        for gpu in &snapshot.gpus {
            let before = states.insert(gpu.info.uuid.clone(), gpu.state);
            if before.unwrap_or(State::Ok) != gpu.state {
                eprintln!("its-gpu-exporter: GPU {} ({}) is {}", gpu.info.index, gpu.info.uuid, gpu.state);
            }
        }
    }
}
