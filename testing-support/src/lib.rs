//! Real monitoring components for the workspace's integration tests.
//!
//! Each type starts one component on free loopback ports, waits until it answers, gives typed access to what it
//! received, and ends it when dropped:
//!
//! - [`Prometheus`]: scrapes endpoints, answers PromQL and exemplar queries; [`promtool_check_metrics`],
//!   [`promtool_check_rules`], [`promtool_test_rules`];
//! - [`Collector`]: an OpenTelemetry Collector whose received spans, log records and metrics can be read;
//! - [`AcceptProxy`]: a proxy before a `/metrics` endpoint that rewrites `Accept` and notes the answer's format;
//! - [`Browser`]: headless Chromium, to click through a page and take its picture;
//! - [`NvmlStub`]: a driver library with scripted GPUs;
//! - [`parse_openmetrics`], [`parse_text_format`]: the parsers of Python's `prometheus-client`;
//! - [`short_or_full`]: the counts of a test in its short and its full form;
//! - [`Process`]: any other program, such as an example of the workspace.
//!
//! The programs are found by [`Tool::path`]; `scripts/test.sh` installs them. All calls block: from an async test use
//! a multi-threaded runtime and `spawn_blocking`, or start the component before the runtime.
//!
//! # Panics
//!
//! What a test cannot go on without (an absent tool, a component that does not start, a deadline that passes) panics
//! with a message that says what was awaited and what the component last said.
// Only the functions of the NVML stub are called through pointers.
#![deny(unsafe_code)]

mod browser;
pub mod child;
mod collector;
mod http;
mod nvml;
mod otlp;
mod process;
mod prometheus;
mod promtool;
mod proxy;
mod python;
mod run;
mod scale;
mod tool;
mod wait;
mod webdriver;

pub use browser::{Browser, ColorScheme, Element};
pub use collector::Collector;
pub use nvml::NvmlStub;
pub use otlp::{Received, attributes};
pub use process::Process;
pub use prometheus::{Exemplar, NativeHistogram, Point, Prometheus, Sample, Scrape, Series};
pub use promtool::{promtool_check_metrics, promtool_check_rules, promtool_test_rules};
pub use proxy::{AcceptProxy, Exchange};
pub use python::{ExpositionSample, MetricFamily, parse_openmetrics, parse_text_format, python};
pub use scale::short_or_full;
pub use tool::Tool;
pub use wait::wait_until;
