//! Error budgets of the calls that are measured anyway.
//!
//! A function or a layer that names an objective (`slo = "detect"`) feeds each one that judges the calls of that name:
//! how the call ended and how long it took flow in, budgets and burn rates flow out at `/metrics`, at `/slo` and on the
//! status page. This is [`its_slo`], re-exported, and its connection to the calls.
//!
//! ```
//! use std::time::Duration;
//! use its_telemetry::slo::{Slo, Slos};
//! use its_telemetry::{Telemetry, instrument_inference};
//!
//! #[instrument_inference(model = "yolo-v8n", slo = "detect")]
//! fn detect(frame: &[u8]) -> Result<usize, std::io::Error> {
//!     Ok(frame.len())
//! }
//!
//! let objectives = Slos::builder()
//!     .slo(Slo::availability("detect").target(0.999).build()?)
//!     .slo(Slo::latency("detect-fast", Duration::from_millis(100)).target(0.95).calls_of("detect").build()?);
//! let telemetry = Telemetry::builder("inference-service").slos(objectives).build()?;
//! telemetry.root_scope().in_scope(|| detect(&[0; 16]))?;
//! let slos = telemetry.slos().expect("they were given");
//! assert_eq!(slos.tracker("detect", None).expect("it is one of them").events().good, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What counts
//!
//! | indicator | good | bad | not counted |
//! |---|---|---|---|
//! | availability, events, probe | `ok` | `error`, `timeout`, `rejected`, `panicked` | `cancelled` |
//! | latency | `ok` within the threshold | `ok` beyond it, `timeout` | the rest: they are for availability |
//! | throughput | `ok`, one item each | | the rest |
//! | freshness | [`Camera::frame_analysed`](crate::instruments::Camera::frame_analysed) within the age | beyond it | calls |
//!
//! Of a request the latency is the time to the headers of its response. An objective with a budget for each tenant
//! takes the tenant from the scope.

mod collect;
mod feed;
mod running;

pub use its_slo::*;

pub(crate) use feed::{Feed, Objectives, TenantBudgets};
pub(crate) use running::{Running, open};
