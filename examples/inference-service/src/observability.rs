//! All that makes a service observable, in one place.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use its_telemetry::admin::AdminSettings;
use its_telemetry::slo::SlosBuilder;
use its_telemetry::{LogFormat, Otlp, PushMetrics, Telemetry, TelemetryError, Traces};

/// Where the telemetry goes.
#[derive(Args, Clone, Debug)]
pub struct Observability {
    /// Status page, metrics, health and readiness.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9464")]
    pub admin: SocketAddr,
    /// A file that keeps the error budgets over restarts.
    #[arg(long, value_name = "FILE")]
    pub budgets: Option<PathBuf>,
    /// A collector that takes OTLP: `http://HOST:4317` for gRPC, `http://HOST:4318` with `--otlp-protocol http`.
    /// Without it nothing is exported.
    #[arg(long, value_name = "URL")]
    pub otlp: Option<String>,
    /// How to talk to the collector.
    #[arg(long, value_name = "PROTOCOL", value_enum, default_value_t = Transport::Grpc)]
    pub otlp_protocol: Transport,
    /// Share of traces that are exported from their start, 0 to 1. Failed and slow calls are exported all the same.
    #[arg(long, default_value_t = 0.01)]
    pub sampling_ratio: f64,
    /// How log lines look, on standard error.
    #[arg(long, value_enum, default_value_t = Lines::Human)]
    pub log: Lines,
}

/// The transports of OTLP.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Transport {
    /// gRPC.
    Grpc,
    /// HTTP with protobuf.
    Http,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Lines {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
    /// None.
    Off,
}

impl Observability {
    /// The telemetry of the service `name`, for the whole process.
    ///
    /// # Errors
    /// When the admin address is taken, an objective is wrong, or the collector's address cannot be read.
    pub fn install(
        &self,
        name: &str,
        version: &str,
        objectives: SlosBuilder,
    ) -> Result<Telemetry, TelemetryError> {
        let format = match self.log {
            Lines::Human => LogFormat::Human,
            Lines::Json => LogFormat::Json,
            Lines::Off => LogFormat::Off,
        };
        let builder = Telemetry::builder(name)
            .service_version(version)
            .sampling_ratio(self.sampling_ratio)
            .slos(objectives)
            .admin(AdminSettings::default().address(self.admin));
        match &self.otlp {
            None => builder.logs(format),
            Some(url) => {
                let collector = match self.otlp_protocol {
                    Transport::Grpc => Otlp::grpc(url),
                    Transport::Http => Otlp::http(url),
                };
                builder
                    .otlp(collector)
                    .traces(Traces::otlp())
                    .push_metrics(PushMetrics::otlp())
                    .logs(its_telemetry::Logs::new(format).otlp())
            }
        }
        .install()
    }
}
