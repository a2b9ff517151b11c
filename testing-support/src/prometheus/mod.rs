//! A real Prometheus server: this file starts and stops it, `query` reads from it.

mod query;

use std::fs;
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tempfile::TempDir;
use ureq::Agent;

use crate::{Process, Tool, http, wait_until};

pub use query::{Exemplar, NativeHistogram, Point, Sample, Series};

const START_TIMEOUT: Duration = Duration::from_secs(30);

/// A Prometheus server on a free loopback port with its data in a temporary folder; ended when dropped.
#[derive(Debug)]
pub struct Prometheus {
    address: SocketAddr,
    agent: Agent,
    process: Process,
    _folder: TempDir,
}

/// One job of [`Prometheus::start`]: what is scraped, and how often.
#[derive(Clone, Debug)]
pub struct Scrape {
    job: String,
    target: SocketAddr,
    path: String,
    interval: Duration,
}

impl Scrape {
    /// Scrapes `/metrics` of `target` every 200 ms under the label `job`.
    #[must_use]
    pub fn new(job: &str, target: SocketAddr) -> Self {
        Self {
            job: job.to_owned(),
            target,
            path: "/metrics".to_owned(),
            interval: Duration::from_millis(200),
        }
    }

    /// Scrapes this path instead of `/metrics`.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// Scrapes this often, in whole milliseconds; also the scrape's timeout.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    fn config(&self) -> Value {
        let interval = format!("{}ms", self.interval.as_millis());
        json!({
            "job_name": self.job,
            "metrics_path": self.path,
            "scrape_interval": interval,
            "scrape_timeout": interval,
            "static_configs": [{"targets": [self.target.to_string()]}],
        })
    }
}

impl Prometheus {
    /// Starts a server that scrapes these jobs, with exemplar storage on. `flags` are further command-line flags,
    /// such as `--enable-feature=native-histograms`, with which it asks for protobuf.
    ///
    /// # Panics
    ///
    /// When Prometheus is not installed or does not get ready.
    #[must_use]
    #[track_caller]
    pub fn start(scrapes: &[Scrape], flags: &[&str]) -> Self {
        let jobs: Vec<_> = scrapes.iter().map(Scrape::config).collect();
        Self::start_with_config(&json!({ "scrape_configs": jobs }), flags)
    }

    /// Like [`start`](Self::start), with a whole configuration file.
    ///
    /// # Panics
    ///
    /// When Prometheus is not installed or does not get ready.
    #[must_use]
    #[track_caller]
    pub fn start_with_config(config: &Value, flags: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        Self::start_in(folder, config, flags)
    }

    /// Starts a server that scrapes nothing and has this OpenMetrics text, which needs timestamps, as its history. All
    /// of it is kept, however old.
    ///
    /// # Panics
    ///
    /// When promtool refuses the text, or Prometheus does not get ready.
    #[must_use]
    #[track_caller]
    pub fn start_with_history(openmetrics: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let input = folder.path().join("history.txt");
        fs::write(&input, openmetrics).expect("the temporary folder takes files");
        let mut command = Command::new(Tool::Promtool.path());
        command
            // By itself it reads the text once for each two hours.
            .args(["tsdb", "create-blocks-from", "--max-block-duration=744h", "openmetrics"])
            .arg(input)
            .arg(folder.path().join("data"));
        let output = command.output().expect("promtool can be run");
        assert!(output.status.success(), "promtool: {}", String::from_utf8_lossy(&output.stderr));
        Self::start_in(folder, &json!({}), &["--storage.tsdb.retention.time=100y"])
    }

    #[track_caller]
    fn start_in(folder: TempDir, config: &Value, flags: &[&str]) -> Self {
        let file = folder.path().join("prometheus.yml");
        // YAML contains JSON.
        fs::write(&file, config.to_string()).expect("the temporary folder takes files");
        let mut command = Command::new(Tool::Prometheus.path());
        command
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.tsdb.path={}", folder.path().join("data").display()))
            .args(["--web.listen-address=127.0.0.1:0", "--enable-feature=exemplar-storage"])
            .args(flags);
        let process = Process::spawn("prometheus", &mut command);
        let address = process.wait_for_line(START_TIMEOUT, "its listening address", listening_address);
        process.wait_for_line(START_TIMEOUT, "that it is ready", |line| {
            line.contains("Server is ready to receive web requests").then_some(())
        });
        Self { address, agent: http::agent(Duration::from_secs(30)), process, _folder: folder }
    }

    /// Where the server listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the server has logged so far.
    #[must_use]
    pub fn log(&self) -> Vec<String> {
        self.process.lines()
    }

    /// Waits until the last scrape of every target succeeded.
    ///
    /// # Panics
    ///
    /// When `timeout` passes first; the message has the scrapes' errors.
    #[track_caller]
    pub fn wait_until_targets_up(&self, timeout: Duration) {
        wait_until(timeout, "target that is up", || {
            let targets = self.api("targets", &[("state", "active")])?["activeTargets"].take();
            let targets = targets.as_array().ok_or("no list of targets")?;
            let up = targets.iter().all(|target| target["health"] == "up");
            if up && !targets.is_empty() { Ok(()) } else { Err(format!("{targets:#?}")) }
        });
    }

    /// Waits until every target has been scraped by a scrape that began after this call, so that queries see
    /// all that was recorded before it.
    ///
    /// # Panics
    ///
    /// When `timeout` passes first.
    #[track_caller]
    pub fn wait_for_scrape(&self, timeout: Duration) {
        // Prometheus moves a scrape's timestamp by up to 2 ms to keep the interval regular.
        let now = SystemTime::now() + Duration::from_millis(3);
        let now = now.duration_since(UNIX_EPOCH).expect("the clock is past 1970").as_secs_f64();
        wait_until(timeout, "scrape that began after now", || {
            let scraped = self.query("min(timestamp(up) * (up == bool 1))");
            match scraped.first() {
                Some(oldest) if oldest.value > now => Ok(()),
                oldest => Err(format!("now is {now}, oldest scrape {oldest:?}")),
            }
        });
    }
}

fn listening_address(line: &str) -> Option<SocketAddr> {
    let (_, address) = line.split_once("msg=\"Listening on\" address=")?;
    address.parse().ok()
}
