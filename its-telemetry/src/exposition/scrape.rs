//! One scrape, chunk by chunk.

use std::sync::Arc;

use super::format::Format;
use super::page::Page;
use super::protobuf::Protobuf;
use super::sample::{Histogram, Point, Sample};
use super::text::Text;
use crate::core::Core;
#[cfg(feature = "admin")]
use crate::registry::InTransit;
use crate::registry::collect::{CollectedFamily, CollectedValue};
use crate::registry::{Backend, Bounds, Description, Family, Reader, Scraper, Showing};

/// A chunk is handed out when it is this long; two of them, one being sent and one being written, are less than 64 KiB.
const CHUNK: usize = 16 * 1024;
/// Room for the series that makes a chunk full.
const CAPACITY: usize = CHUNK + 4 * 1024;

/// A page of metrics that is written while it is read: an iterator of chunks, for a streaming response body.
///
/// The sources are read when it is made, the series of the registry when they are written. A scrape that is dropped
/// before its end does not count as one. In a server of the application's own it counts when the server has taken its last
/// chunk; the admin endpoint counts it when its client has it.
#[derive(Debug)]
pub struct Scrape {
    core: Arc<Core>,
    showing: Option<Showing>,
    #[cfg(feature = "admin")]
    in_transit: Option<InTransit>,
    format: Format,
    encoder: Encoder,
    families: std::vec::IntoIter<Part>,
    open: Option<Part>,
    page: Page,
}

#[derive(Debug)]
enum Encoder {
    Text(Text),
    Protobuf(Protobuf),
}

#[derive(Debug)]
enum Part {
    Recorded(Arc<Family>),
    Collected(CollectedFamily),
}

impl Scrape {
    pub(crate) fn new(core: Arc<Core>, format: Format, scraper: Scraper) -> Self {
        core.sweep_if_due();
        let showing = core.registry.scrapes.begin(scraper);
        // The families first: a source that takes a name which becomes the registry's meanwhile is then left out.
        let families = match core.registry.backend {
            Backend::Own => core.registry.families(),
            _ => Vec::new(),
        };
        let collected = core.sources.collect(&core, &showing);
        let mut parts: Vec<Part> = families.into_iter().map(Part::Recorded).collect();
        parts.extend(collected.into_iter().map(Part::Collected));
        parts.sort_by(|a, b| a.description().name.cmp(&b.description().name));
        let encoder = match format {
            Format::Text => Encoder::Text(Text::new(false, false)),
            Format::OpenMetrics | Format::OpenMetrics001 => {
                Encoder::Text(Text::new(true, core.settings.created_timestamps))
            }
            Format::Protobuf => Encoder::Protobuf(Protobuf::default()),
        };
        Self {
            showing: Some(showing),
            #[cfg(feature = "admin")]
            in_transit: None,
            format,
            encoder,
            families: parts.into_iter(),
            open: None,
            page: Page::new(format),
            core,
        }
    }

    /// Whoever writes it says whether it has arrived.
    #[cfg(feature = "admin")]
    pub(crate) fn in_transit(self, in_transit: InTransit) -> Self {
        Self { in_transit: Some(in_transit), ..self }
    }

    fn written(&self, showing: Showing) {
        showing.written();
        #[cfg(feature = "admin")]
        if let Some(in_transit) = &self.in_transit {
            return in_transit.put(showing);
        }
        showing.arrived();
    }

    /// The value of the header `Content-Type`.
    pub fn content_type(&self) -> &'static str {
        self.format.content_type()
    }

    /// Writes on until the chunk is full; `false` when nothing is left.
    fn advance(&mut self, showing: &Showing, reader: &Reader<'_>, out: &mut Vec<u8>) -> bool {
        match &mut self.open {
            None => return self.open_next(showing, reader, out),
            Some(Part::Recorded(family)) => {
                let bounds = family.description.bounds.as_ref();
                while let Some(sample) = self.page.next(bounds) {
                    self.encoder.sample(out, &sample);
                    if self.encoder.may_cut(out) {
                        return true;
                    }
                }
                if self.page.turn(family, reader, showing) {
                    return true;
                }
            }
            Some(Part::Collected(family)) => {
                let bounds = family.description.bounds.as_ref();
                while let Some((labels, value)) = family.samples.pop_first() {
                    write_collected(&mut self.encoder, &labels, &value, bounds, out);
                    if self.encoder.may_cut(out) {
                        return true;
                    }
                }
            }
        }
        self.encoder.close(out);
        self.open = None;
        true
    }

    /// Begins the next family that has a series.
    fn open_next(&mut self, showing: &Showing, reader: &Reader<'_>, out: &mut Vec<u8>) -> bool {
        let Some(part) = self.families.next() else { return false };
        let help = match &part {
            Part::Recorded(family) => {
                if !self.page.first(family, reader, showing) {
                    return true;
                }
                family.help()
            }
            Part::Collected(family) => &family.description.help,
        };
        self.encoder.open(out, part.description(), help);
        self.open = Some(part);
        true
    }
}

impl Iterator for Scrape {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let showing = self.showing.take()?;
        let mut out = Vec::with_capacity(CAPACITY);
        let core = Arc::clone(&self.core);
        let reader = core.registry.reader();
        while !self.encoder.may_cut(&out) {
            if !self.advance(&showing, &reader, &mut out) {
                self.encoder.finish(&mut out);
                self.written(showing);
                return (!out.is_empty()).then_some(out);
            }
        }
        self.showing = Some(showing);
        Some(out)
    }
}

impl std::iter::FusedIterator for Scrape {}

impl Part {
    fn description(&self) -> &Description {
        match self {
            Self::Recorded(family) => &family.description,
            Self::Collected(family) => &family.description,
        }
    }
}

fn write_collected(
    encoder: &mut Encoder,
    labels: &str,
    value: &CollectedValue,
    bounds: Option<&Bounds>,
    out: &mut Vec<u8>,
) {
    let point = match (value, bounds) {
        (CollectedValue::Number(number), _) => Point::Number(*number),
        (CollectedValue::Histogram(buckets, sum), Some(bounds)) => {
            Point::Histogram(Histogram { bounds, buckets, sum: *sum, exemplars: &[], native: None })
        }
        (CollectedValue::Histogram(..), None) => return,
    };
    encoder.sample(out, &Sample { labels, created_ms: None, point });
}

impl Encoder {
    fn open(&mut self, out: &mut Vec<u8>, description: &Description, help: &str) {
        match self {
            Self::Text(text) => text.open(out, description, help),
            Self::Protobuf(protobuf) => protobuf.open(out, description, help),
        }
    }

    #[inline]
    fn sample(&mut self, out: &mut Vec<u8>, sample: &Sample<'_>) {
        match self {
            Self::Text(text) => text.sample(out, sample),
            Self::Protobuf(protobuf) => protobuf.sample(out, sample),
        }
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if let Self::Protobuf(protobuf) = self {
            protobuf.close(out);
        }
    }

    fn finish(&self, out: &mut Vec<u8>) {
        if let Self::Text(text) = self {
            text.finish(out);
        }
    }

    /// Whether the chunk is full and may end here.
    #[inline]
    fn may_cut(&self, out: &[u8]) -> bool {
        out.len() >= CHUNK
            && match self {
                Self::Text(_) => true,
                Self::Protobuf(protobuf) => !protobuf.is_open(),
            }
    }
}
