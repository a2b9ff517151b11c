//! Whose work the GPUs did: GPU seconds, energy and cost for each model, tenant and camera.
//!
//! Calls that used a GPU are reported to a [`Ledger`] as they end: [`Work`] flows in, three additions to counters that are
//! found without a lock. With each new snapshot [`Ledger::reconcile`] compares what was reported with what the GPUs
//! counted, and a [`Report`] flows out.
//!
//! ```
//! use std::time::Duration;
//! use its_gpu_metrics::cost::{CostSettings, Ledger, Prices, Work};
//!
//! let prices = Prices::new("EUR").gpu_hour("yolo-*", 1.2).gpu_hour("*", 2.0).kwh(0.3);
//! let ledger = Ledger::new(CostSettings::default().prices(prices))?;
//! ledger.record(&Work::new("yolo-v8", Duration::from_millis(12)).tenant("city-17").camera("junction-4"));
//! # let snapshot = its_gpu_metrics::testing::snapshot(vec![its_gpu_metrics::testing::gpu(0)]);
//! ledger.reconcile(&snapshot);
//! let report = ledger.report();
//! assert_eq!(report.models[0].name, "yolo-v8");
//! # Ok::<(), its_gpu_metrics::cost::PriceError>(())
//! ```
//!
//! # Arithmetic
//!
//! Between two snapshots a GPU was busy for *B* seconds and used *E* joules, and calls report *R* seconds on it. Of these
//! *A = min(R, B)* are attributed: calls that overlap, or that waited for the GPU, report more than it worked, and each
//! gets *A / R* of what it reported. Their energy is *E x A / B*: what the GPU uses while it idles is shared by those who
//! used it between the same two snapshots. *B - A* seconds and the rest of the energy are unattributed. So for each GPU
//!
//! > attributed + unattributed = counted
//!
//! for seconds and for energy, at every snapshot. Work that does not say on which GPU it ran is spread over what is left
//! of all of them. A GPU that has no counter of busy seconds (it is cut into parts) is believed to have done what is
//! reported for it.
//!
//! Calls and counters are read at slightly different times: what is reported beyond *B*, up to two seconds for each GPU, is
//! carried to the next snapshot if more work follows. A call is reported as it ends: of one that took longer than the time
//! between two snapshots, what the GPU did before the last of them is unattributed, unless calls follow one another without
//! a pause. Snapshots ten seconds apart are right for calls of up to a few seconds; its-telemetry takes them so, whoever
//! scrapes.
//!
//! Each of the labels has a limit. Beyond it work counts for `_other`, and a name that has come to use more than twice as
//! much as the least one with a place gets its place; the series of that one ends five minutes later, when every scraper
//! has had its last value. If it gets a place again before, it goes on; after that it begins at zero. So what is exact is
//! the increase of all series of a metric together, `sum(increase(its_cost_camera_gpu_seconds_total[1h]))`; that of one
//! name lacks what it did without a place, which is in `_other`.

mod account;
mod candidates;
mod catalogue;
mod dimension;
mod error;
mod ledger;
mod output;
mod prices;
mod report;
mod settings;
mod settle;
mod work;

#[cfg(test)]
mod tests;

pub use catalogue::ALL;
pub use error::PriceError;
pub use ledger::Ledger;
pub use output::families;
pub use prices::Prices;
pub use report::{Amounts, Idle, Report, Row};
pub use settings::CostSettings;
pub use work::Work;

/// The label of what has no place of its own.
pub const OTHER: &str = "_other";

/// The label of work that names nobody.
pub const NONE: &str = "_none";
