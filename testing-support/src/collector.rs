use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::otlp::{self, Received, Signal};
use crate::{Process, Tool, wait_until};

const START_TIMEOUT: Duration = Duration::from_secs(30);

/// An OpenTelemetry Collector that takes OTLP over gRPC and HTTP on free loopback ports and keeps all that it
/// receives for the test to read; ended when dropped.
#[derive(Debug)]
pub struct Collector {
    grpc: SocketAddr,
    http: SocketAddr,
    folder: TempDir,
    process: Process,
}

impl Collector {
    /// Starts a Collector on free ports.
    ///
    /// # Panics
    ///
    /// When the Collector is not installed or does not get ready.
    #[must_use]
    #[track_caller]
    pub fn start() -> Self {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self::start_at(any, any)
    }

    /// Starts a Collector at these addresses, as when it comes up after the service that sends to it.
    ///
    /// # Panics
    ///
    /// When the Collector is not installed or does not get ready, as when a port is taken.
    #[must_use]
    #[track_caller]
    pub fn start_at(grpc: SocketAddr, http: SocketAddr) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = folder.path().join("config.yaml");
        // YAML contains JSON.
        fs::write(&file, config(&folder, grpc, http).to_string()).expect("the temporary folder takes files");
        let mut command = Command::new(Tool::Collector.path());
        let process = Process::spawn("the Collector", command.arg("--config").arg(file));
        let endpoint = |server: &str| {
            process.wait_for_line(START_TIMEOUT, "its endpoints", |line| {
                let entry: Value = serde_json::from_str(line).ok()?;
                (entry["msg"] == server).then(|| entry["endpoint"].as_str()?.parse().ok())?
            })
        };
        let (grpc, http) = (endpoint("Starting GRPC server"), endpoint("Starting HTTP server"));
        process.wait_for_line(START_TIMEOUT, "that it is ready", |line| {
            line.contains("Everything is ready").then_some(())
        });
        Self { grpc, http, folder, process }
    }

    /// Where it takes OTLP over gRPC, such as `http://127.0.0.1:4317`.
    #[must_use]
    pub fn grpc_endpoint(&self) -> String {
        format!("http://{}", self.grpc)
    }

    /// Where it takes OTLP over HTTP, without the signal's path, such as `http://127.0.0.1:4318`.
    #[must_use]
    pub fn http_endpoint(&self) -> String {
        format!("http://{}", self.http)
    }

    /// The trace export requests received so far, as OTLP's JSON.
    #[must_use]
    pub fn traces(&self) -> Vec<Value> {
        otlp::read_requests(&self.file("traces"))
    }

    /// The log export requests received so far, as OTLP's JSON.
    #[must_use]
    pub fn logs(&self) -> Vec<Value> {
        otlp::read_requests(&self.file("logs"))
    }

    /// The metric export requests received so far, as OTLP's JSON.
    #[must_use]
    pub fn metrics(&self) -> Vec<Value> {
        otlp::read_requests(&self.file("metrics"))
    }

    /// The spans received so far.
    #[must_use]
    pub fn spans(&self) -> Vec<Received> {
        otlp::flatten(&self.traces(), otlp::SPANS)
    }

    /// Waits until the spans received meet a condition, and returns what the condition gives.
    ///
    /// # Panics
    ///
    /// When `timeout` passes first; the message lists the spans.
    #[track_caller]
    pub fn wait_for_spans<T>(
        &self,
        timeout: Duration,
        what: &str,
        condition: impl FnMut(&[Received]) -> Option<T>,
    ) -> T {
        self.wait_for("traces", otlp::SPANS, timeout, what, condition)
    }

    /// Waits until the log records received meet a condition, and returns what the condition gives.
    ///
    /// # Panics
    ///
    /// When `timeout` passes first; the message lists the log records.
    #[track_caller]
    pub fn wait_for_log_records<T>(
        &self,
        timeout: Duration,
        what: &str,
        condition: impl FnMut(&[Received]) -> Option<T>,
    ) -> T {
        self.wait_for("logs", otlp::LOGS, timeout, what, condition)
    }

    /// Waits until the metrics received meet a condition, and returns what the condition gives. Each push adds to
    /// the slice, oldest first.
    ///
    /// # Panics
    ///
    /// When `timeout` passes first; the message lists the metrics.
    #[track_caller]
    pub fn wait_for_metrics<T>(
        &self,
        timeout: Duration,
        what: &str,
        condition: impl FnMut(&[Received]) -> Option<T>,
    ) -> T {
        self.wait_for("metrics", otlp::METRICS, timeout, what, condition)
    }

    /// What the Collector has logged so far.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.process.lines()
    }

    #[track_caller]
    fn wait_for<T>(
        &self,
        name: &str,
        signal: Signal,
        timeout: Duration,
        what: &str,
        mut condition: impl FnMut(&[Received]) -> Option<T>,
    ) -> T {
        wait_until(timeout, what, || {
            let received = otlp::flatten(&otlp::read_requests(&self.file(name)), signal);
            condition(&received).ok_or_else(|| format!("{} received: {received:#?}", received.len()))
        })
    }

    fn file(&self, signal: &str) -> PathBuf {
        signal_file(&self.folder, signal)
    }
}

fn signal_file(folder: &TempDir, signal: &str) -> PathBuf {
    folder.path().join(format!("{signal}.jsonl"))
}

fn config(folder: &TempDir, grpc: SocketAddr, http: SocketAddr) -> Value {
    let mut exporters = json!({});
    let mut pipelines = json!({});
    for signal in ["traces", "logs", "metrics"] {
        let exporter = format!("file/{signal}");
        exporters[&exporter] = json!({"path": signal_file(folder, signal), "flush_interval": "20ms"});
        pipelines[signal] = json!({"receivers": ["otlp"], "processors": ["batch"], "exporters": [exporter]});
    }
    json!({
        "receivers": {"otlp": {"protocols": {
            "grpc": {"endpoint": grpc.to_string()},
            "http": {"endpoint": http.to_string()},
        }}},
        "processors": {"batch": {"timeout": "20ms"}},
        "exporters": exporters,
        "service": {
            "telemetry": {"metrics": {"level": "none"}, "logs": {"encoding": "json"}},
            "pipelines": pipelines,
        },
    })
}
