//! OTLP: where the collector is, and OpenTelemetry's exporters made from that.

mod env;
mod exporters;
mod resource;
mod target;

use std::time::Duration;

pub(crate) use env::Environment;
pub(crate) use exporters::{http_client, log_exporter, span_exporter};
pub(crate) use resource::resource;
pub(crate) use target::Target;

/// How OTLP is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// gRPC, by convention on port 4317.
    Grpc,
    /// Protobuf over HTTP, by convention on port 4318.
    Http,
}

/// Where the collector is and how it is talked to. The environment overrides each of these, by signal or for all:
///
/// | variable | meaning |
/// |---|---|
/// | `OTEL_EXPORTER_OTLP_ENDPOINT` | URL; over HTTP `/v1/traces` and so on are added |
/// | `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `.._LOGS_..`, `.._METRICS_..` | URL of one signal, used as it is |
/// | `OTEL_EXPORTER_OTLP_PROTOCOL` | `grpc` or `http/protobuf` |
/// | `OTEL_EXPORTER_OTLP_HEADERS` | `key=value,..`, percent-encoded |
/// | `OTEL_EXPORTER_OTLP_TIMEOUT` | milliseconds |
/// | `OTEL_EXPORTER_OTLP_COMPRESSION` | `gzip` or `none` |
///
/// The last four also by signal, as in `OTEL_EXPORTER_OTLP_LOGS_HEADERS`.
#[derive(Clone, Debug, Default)]
pub struct Otlp {
    pub(crate) protocol: Option<Protocol>,
    pub(crate) endpoint: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) gzip: bool,
}

impl Otlp {
    /// The collector on this machine, over HTTP, unless the environment names another.
    pub fn new() -> Self {
        Self::default()
    }

    /// A collector that speaks gRPC, such as `http://collector:4317`.
    pub fn grpc(endpoint: impl Into<String>) -> Self {
        Self { protocol: Some(Protocol::Grpc), endpoint: Some(endpoint.into()), ..Self::default() }
    }

    /// A collector that takes HTTP, such as `http://collector:4318`; the path of each signal is added.
    pub fn http(endpoint: impl Into<String>) -> Self {
        Self { protocol: Some(Protocol::Http), endpoint: Some(endpoint.into()), ..Self::default() }
    }

    /// Sends a header with each request.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How long one export may take, with its retries; 10 seconds by default.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Compresses what is sent.
    #[must_use]
    pub fn gzip(mut self) -> Self {
        self.gzip = true;
        self
    }
}
