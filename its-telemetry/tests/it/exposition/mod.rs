//! What a scrape answers.

mod collect;
mod first_showing;
mod formats;
#[cfg(feature = "gzip")]
mod gzip;
mod native;
mod own;
mod round_trip;
mod streaming;

use std::fmt;

use its_telemetry::registry::collect::{Collect, Collected};

const OPEN_METRICS: Option<&str> = Some("application/openmetrics-text");
const PROTOBUF: Option<&str> = Some("application/vnd.google.protobuf");

/// A source that writes what a closure says.
struct Source<F>(F);

impl<F> fmt::Debug for Source<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

impl<F: Fn(&mut Collected) + Send + Sync> Collect for Source<F> {
    fn collect(&self, into: &mut Collected) {
        (self.0)(into);
    }
}
