//! What Prometheus reads: every series of the registry and of the sources, in the format it asks for.
//!
//! In goes the `Accept` header of a request, out come chunks of a page of about 16 KiB each. Series are read page by
//! page and no lock is held while they are written, so a slow client costs neither memory nor waiting threads. The
//! formats show the same series with the same names, labels and `le`:
//!
//! - Prometheus text 0.0.4, also for `*/*`, for no header, and for one that cannot be understood;
//! - OpenMetrics 1.0, with exemplars and units;
//! - Prometheus protobuf, delimited, with exemplars and the time at which a series began, and with native histograms
//!   when [`native_histograms`](crate::TelemetryBuilder::native_histograms) asks for them.
//!
//! The admin endpoint serves it under `/metrics`. A service with a server of its own does it in two lines:
//!
//! ```
//! # let telemetry = its_telemetry::Telemetry::builder("camera-service").build()?;
//! # let header = Some("text/plain");
//! let page = telemetry.render(header);
//! let response = http::Response::builder().header("content-type", page.content_type).body(page.body)?;
//! # drop(response);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accept;
mod buckets;
mod format;
#[cfg(feature = "gzip")]
mod gzip;
mod number;
mod page;
mod protobuf;
mod rendered;
mod sample;
mod scrape;
mod text;

#[cfg(feature = "admin")]
pub(crate) use accept::negotiate;
#[cfg(feature = "gzip")]
pub use gzip::{Gzip, accepts_gzip};
pub use rendered::Rendered;
pub use scrape::Scrape;
