//! The baggage of a request where it is: nothing is copied, and no reference count moves, until it has to be kept.

use super::super::line::{Line, lines};
use super::{BAGGAGE, Baggage, Index};
use http::{HeaderMap, HeaderValue};
use percent_encoding::percent_decode;
use std::borrow::Cow;

/// A `baggage` header in place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    pub(super) header: Option<&'a HeaderValue>,
    pub(super) index: Index,
}

impl<'a> View<'a> {
    /// The header, if it can be used as it came: a single line without faults, or none at all.
    pub(crate) fn of(headers: &'a HeaderMap) -> Option<Self> {
        let mut all = lines(headers, &BAGGAGE);
        let (first, second) = (all.next(), all.next());
        match (first, second) {
            (None, _) => Some(Self { header: None, index: Index::default() }),
            (Some(Line::Header(header)), None) => {
                Some(Self { header: Some(header), index: Index::of(header.as_bytes())? })
            }
            _ => None,
        }
    }

    /// `its.tenant.id`, decoded.
    pub(crate) fn tenant(self) -> Option<Cow<'a, str>> {
        self.value(0)
    }

    /// `its.camera.id`, decoded.
    pub(crate) fn camera(self) -> Option<Cow<'a, str>> {
        self.value(1)
    }

    /// `its.frame.id`, decoded.
    pub(crate) fn frame(self) -> Option<Cow<'a, str>> {
        self.value(2)
    }

    /// Whether `its.debug` is `1` or `true`.
    pub(crate) fn debug(self) -> bool {
        self.value(3).is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("true"))
    }

    /// Whether there is more than tenant, camera and frame, which a call keeps elsewhere.
    pub(crate) fn has_others(self) -> bool {
        let own = self.index.values[..3].iter().flatten().count();
        self.index.irregular || usize::from(self.index.members) > own
    }

    /// A copy that outlives the request.
    pub(crate) fn keep(self) -> Baggage {
        Baggage::new(self.header.cloned(), self.index)
    }

    fn value(self, key: usize) -> Option<Cow<'a, str>> {
        let span = self.index.values[key]?;
        let bytes = self.header?.as_bytes().get(span.start.into()..span.end.into())?;
        Some(percent_decode(bytes).decode_utf8_lossy())
    }
}
