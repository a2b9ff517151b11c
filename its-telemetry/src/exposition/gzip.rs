//! Compression while a page is written.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::accept::{quality, split};
use super::scrape::Scrape;

/// A chunk is handed out when it is this long.
const CHUNK: usize = 8 * 1024;

/// A [`Scrape`], compressed. It needs some 300 KiB for the compression, whatever the number of series.
#[derive(Debug)]
pub struct Gzip {
    scrape: Scrape,
    /// `None` when the end has been written.
    encoder: Option<GzEncoder<Vec<u8>>>,
}

impl Scrape {
    /// Compresses the page, for a response with `Content-Encoding: gzip`. See [`accepts_gzip`].
    pub fn gzip(self) -> Gzip {
        Gzip { scrape: self, encoder: Some(GzEncoder::new(Vec::new(), Compression::fast())) }
    }
}

impl Gzip {
    /// The value of the header `Content-Type`.
    pub fn content_type(&self) -> &'static str {
        self.scrape.content_type()
    }
}

impl Iterator for Gzip {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let encoder = self.encoder.as_mut()?;
        for chunk in self.scrape.by_ref() {
            // Writing to memory cannot fail.
            let _ = encoder.write_all(&chunk);
            if encoder.get_ref().len() >= CHUNK {
                return Some(std::mem::take(encoder.get_mut()));
            }
        }
        self.encoder.take()?.finish().ok()
    }
}

impl std::iter::FusedIterator for Gzip {}

/// Whether the header `Accept-Encoding` (RFC 9110, section 12.5.3) prefers gzip to no compression.
pub fn accepts_gzip(accept_encoding: Option<&str>) -> bool {
    let codings: Vec<(&str, u16)> = split(accept_encoding.unwrap_or_default(), ',')
        .filter_map(|coding| {
            let (name, weight) = coding.split_once(';').unwrap_or((coding, "q=1"));
            let (key, value) = weight.trim().split_once('=')?;
            Some((name.trim(), quality(value.trim()).filter(|_| key.trim().eq_ignore_ascii_case("q"))?))
        })
        .collect();
    let of = |wanted: &str| {
        codings.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, quality)| *quality)
    };
    let gzip = of("gzip").or_else(|| of("x-gzip")).or_else(|| of("*")).unwrap_or(0);
    gzip > 0 && of("identity").is_none_or(|identity| gzip >= identity)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_decide() {
        for yes in [
            "gzip",
            "GZIP;q=0.1",
            "deflate, gzip;q=1.0",
            "*",
            "x-gzip",
            "br, *;q=0.5",
            "identity;q=0.5, gzip",
        ] {
            assert!(accepts_gzip(Some(yes)), "{yes}");
        }
        for no in [
            "",
            "identity",
            "gzip;q=0",
            "deflate, br",
            "gzip;q=0, *",
            "gzip;q=0.1, identity;q=0.5",
            "gzip;q=x",
        ] {
            assert!(!accepts_gzip(Some(no)), "{no}");
        }
        assert!(!accepts_gzip(None));
    }
}
