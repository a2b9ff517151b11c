//! Error budgets in the process: objectives, burn rates and alerts from the events themselves.
//!
//! An [`Slo`] says what a good event is and how many may be bad. A [`Tracker`] counts its events (one relaxed atomic add
//! each), remembers for a month what the counters were, and answers at any time how fast the budget burns and how much
//! of it is left. What it answers is weighted by events: it never averages ratios, so a bad night with little traffic
//! costs what it cost, no more.
//!
//! ```
//! use std::time::Duration;
//! use its_slo::{Slo, Slos};
//!
//! let slos = Slos::builder()
//!     .slo(Slo::availability("detect").target(0.999).owner("vision").build()?)
//!     .slo(Slo::latency("detect-fast", Duration::from_millis(100)).target(0.95).build()?)
//!     .build()?;
//! let detect = slos.tracker("detect", None).expect("it has been added");
//! detect.record(true);
//! slos.tick();
//! assert_eq!(detect.budget_remaining(), Some(1.0));
//! # Ok::<(), its_slo::Error>(())
//! ```
//!
//! # Formulas
//!
//! With the target *o*, the error budget is *b = 1 - o*. Over a window *W* the error ratio is *e(W) = bad(W) / all(W)*,
//! the burn rate *B(W) = e(W) / b*. Of a period *P*, *B(P)* of the budget is spent and *1 - B(P)* is left, which may be
//! negative. At burn rate *B* the budget is exhausted after *P x left / B*. (Google, The Site Reliability Workbook,
//! chapter 5.)
//!
//! # How exact it is
//!
//! What was counted is remembered each five seconds for ten minutes, each minute for a day, each ten minutes for three days
//! and each hour for a month, at multiples of these times. A window that begins at such a multiple is exact. Otherwise it
//! is wrong by no more than the events of the slot in which it begins, between whose ends events are taken to be spread
//! evenly.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `file` | objectives in YAML and TOML files; OpenSLO and sloth |
//! | `rules` | Prometheus rules from the same objectives, which agree with the trackers |
//! | `json` | snapshots as JSON |
//! | `cli` | the program `its-slo`, with all of the above |
//! | `tokio` | a `watch` channel of firing alerts |
//! | `tracing` | a log line when an alert begins or ends |
//!
//! # Memory
//!
//!
//! A tracker takes less than [`Tracker::BYTES`] (48 KiB). An objective with [`SloBuilder::per_tenant`] has one for each
//! tenant up to its limit and one more, `_other`, for all the rest.
#![forbid(unsafe_code)]

pub mod alert;
pub mod checkpoint;
mod clock;
#[cfg(any(feature = "file", feature = "rules"))]
pub mod duration;
mod error;
#[cfg(feature = "file")]
pub mod file;
#[cfg(feature = "file")]
pub mod import;
pub mod objective;
#[cfg(feature = "json")]
pub mod report;
#[cfg(feature = "rules")]
pub mod rules;
mod set;
mod sync;
mod tracker;

pub use clock::{Clock, ManualClock, SystemClock};
pub use error::Error;
pub use objective::{Slo, SloBuilder};
pub use set::{OTHER as OTHER_TENANT, Slos, SlosBuilder, Ticker};
pub use tracker::{Counts, Snapshot, State, Tracker, WINDOWS, WindowCounts, WindowSnapshot};
