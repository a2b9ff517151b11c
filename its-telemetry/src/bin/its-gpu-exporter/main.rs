//! Serves the metrics of this machine's GPUs, for Prometheus.

mod arguments;
mod say;
mod stop;

use std::collections::HashMap;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use its_telemetry::Telemetry;
use its_telemetry::admin::AdminSettings;
use its_telemetry::gpu::snapshot::{State, Unavailable};

use arguments::Arguments;
use say::say;

/// How often it is looked whether the GPUs are read.
const LOOK: Duration = Duration::from_secs(1);

/// How long a call to the driver may hold up the end.
const PATIENCE: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let admin = AdminSettings::default().address(arguments.address);
    let token = arguments.token()?;
    let admin = token.iter().fold(admin, |admin, token| admin.bearer_token(token));
    let telemetry = Telemetry::builder("its-gpu-exporter")
        .service_version(env!("CARGO_PKG_VERSION"))
        // What the arguments say holds.
        .ignore_environment()
        .gpu(arguments.gpus()?)
        .admin(admin)
        .build()?;
    runtime.block_on(async {
        let stop = stop::signal()?;
        if let Some(address) = telemetry.admin_address() {
            say!("serving http://{address}/metrics");
        }
        tokio::select! {
            name = stop => say!("{name}, shutting down"),
            never = report(&telemetry) => match never {},
        }
        let report = telemetry.shutdown(PATIENCE).await;
        if report.deadline_passed {
            say!("a call to the driver has not returned");
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
                Some(reason) => say!("{}", reason.explanation()),
                None => say!("{} GPUs are read", snapshot.gpus.len()),
            }
            said = now;
        }
        for gpu in &snapshot.gpus {
            let before = states.insert(gpu.info.uuid.clone(), gpu.state);
            if before.unwrap_or(State::Ok) != gpu.state {
                say!("GPU {} ({}) is {}", gpu.info.index, gpu.info.uuid, gpu.state);
            }
        }
    }
}
