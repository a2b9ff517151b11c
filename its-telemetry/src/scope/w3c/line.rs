//! One line of a header, wherever it came from.

use http::{HeaderMap, HeaderName, HeaderValue};

/// A header value, which can be shared, or bytes, which have to be copied to be kept.
#[derive(Clone, Copy)]
pub(super) enum Line<'a> {
    Header(&'a HeaderValue),
    Bytes(&'a [u8]),
}

impl<'a> Line<'a> {
    pub(super) fn bytes(self) -> &'a [u8] {
        match self {
            Self::Header(value) => value.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// `None` when the bytes cannot be a header value.
    pub(super) fn to_value(self) -> Option<HeaderValue> {
        match self {
            Self::Header(value) => Some(value.clone()),
            Self::Bytes(bytes) => HeaderValue::from_bytes(bytes).ok(),
        }
    }
}

/// The lines of one header, in the order received.
pub(super) fn lines<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = Line<'a>> {
    headers.get_all(name).into_iter().map(Line::Header)
}

/// Without the optional whitespace (`OWS`: spaces and tabs) around it.
pub(super) fn trim(bytes: &[u8]) -> &[u8] {
    let ows = |b: &u8| matches!(b, b' ' | b'\t');
    let start = bytes.iter().position(|b| !ows(b)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|b| !ows(b)).map_or(start, |last| last + 1);
    &bytes[start..end]
}

/// The members of a comma-separated list, trimmed, without the empty ones.
pub(super) fn members(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|b| *b == b',').map(trim).filter(|member| !member.is_empty())
}
