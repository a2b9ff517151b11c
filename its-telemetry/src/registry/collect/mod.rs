//! Metrics that somebody else keeps, read when Prometheus asks.
//!
//! Calls push what they measure into the registry. What owns its state already (an error budget, a GPU, a pool of
//! connections) is better asked: a [`Collect`] writes families and samples into a [`Collected`] at each scrape, and
//! a series ends when its source no longer writes it.
//!
//! ```
//! use its_telemetry::{Telemetry, registry::collect::{Collect, Collected}};
//!
//! #[derive(Debug)]
//! struct Queues(Vec<(String, usize)>);
//!
//! impl Collect for Queues {
//!     fn collect(&self, into: &mut Collected) {
//!         let mut depth = into.gauge("frame_queue_depth", "Frames that wait to be analysed.");
//!         for (queue, waiting) in &self.0 {
//!             depth.sample(&[("queue", queue)], *waiting);
//!         }
//!     }
//! }
//!
//! let telemetry = Telemetry::builder("camera-service").collect(Queues(vec![("decode".into(), 3)])).build()?;
//! let page = telemetry.render(None);
//! assert!(page.text().contains("frame_queue_depth{queue=\"decode\"} 3\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod collected;
mod family;
mod own;
mod sources;

pub use collected::{Collected, Counters, Gauges, Histograms};
pub(crate) use family::{CollectedFamily, CollectedValue};
pub(crate) use sources::Sources;

/// A source of metrics that is read at each scrape.
///
/// [`collect`](Self::collect) runs on the thread that serves the scrape, so it must be quick and must not wait; what
/// is slow to find out (a device, another service) is better refreshed elsewhere and only copied here. A source that
/// panics is left out of that scrape and counted in
/// `its_telemetry_dropped_total{signal="metrics",reason="source_panicked"}`.
///
/// A telemetry keeps its sources; a source that keeps its [`Telemetry`](crate::Telemetry) in turn would never be
/// dropped.
pub trait Collect: Send + Sync + std::fmt::Debug {
    /// Writes the families and samples of this moment.
    fn collect(&self, into: &mut Collected);
}
