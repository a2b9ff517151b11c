//! Scraping without the admin endpoint.

use std::sync::Arc;

use super::accept::negotiate;
use super::scrape::Scrape;
use crate::Telemetry;
use crate::registry::Scraper;
use crate::registry::collect::Collect;

/// A whole page of metrics.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rendered {
    /// The value of the header `Content-Type`.
    pub content_type: &'static str,
    /// Text or protobuf, as the content type says.
    pub body: Vec<u8>,
}

impl Rendered {
    /// The body of a text format; empty for protobuf.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }
}

impl Telemetry {
    /// Every series, in the format that the header `Accept` asks for (join several headers with a comma). Counts as
    /// a scrape: series that are new since the one before are shown at 0 first, and series that nobody uses any more end
    /// when every scraper has had their last value. All who call this or [`scrape`](Self::scrape) are one scraper.
    pub fn render(&self, accept: Option<&str>) -> Rendered {
        let scrape = self.scrape(accept);
        let content_type = scrape.content_type();
        let body = scrape.fold(Vec::new(), |mut body, chunk| {
            body.extend_from_slice(&chunk);
            body
        });
        Rendered { content_type, body }
    }

    /// As [`render`](Self::render), chunk by chunk, for servers that stream: it needs less than 64 KiB at any time,
    /// whatever the number of series. (Protobuf puts the length of a family before its series, so there it is the
    /// largest family.)
    pub fn scrape(&self, accept: Option<&str>) -> Scrape {
        Scrape::new(Arc::clone(self.core()), negotiate(accept), Scraper::Process)
    }

    /// Adds a source of metrics that is read at each scrape.
    pub fn add_source(&self, source: Arc<dyn Collect>) {
        self.core().sources.add(source);
    }
}
