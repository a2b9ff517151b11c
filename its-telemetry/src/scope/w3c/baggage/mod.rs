//! `baggage`: tenant, camera and frame from service to service, between members that belong to others.

mod list;
mod member;
mod outgoing;
mod view;

pub use list::BaggageDropped;
pub use outgoing::OwnMembers;
pub(crate) use view::View;

use super::BAGGAGE;
use super::line::{Line, lines, members};
use http::{HeaderMap, HeaderValue};
use list::List;
use member::Member;
use std::borrow::Cow;

/// The keys that are ours. The first three are those of [`OwnMembers`].
const KEYS: [&str; 4] = ["its.tenant.id", "its.camera.id", "its.frame.id", "its.debug"];

/// The members of `baggage`, valid and within the limits; none by default, which is also what to send from
/// where a trust boundary is crossed.
///
/// Cheap to clone. A single header line without faults is kept as it came, without copying. Looking a value
/// up allocates only when it has percent-encoded characters. Values that are not UTF-8 have U+FFFD in place
/// of what is not. Of members with the same key the last one counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baggage {
    header: Option<HeaderValue>,
    index: Index,
}

impl Baggage {
    /// Members received or sent, at most.
    pub const MAX_MEMBERS: usize = 64;
    /// Bytes received or sent, at most: members and the commas between them.
    pub const MAX_BYTES: usize = 8192;

    /// Reads all `baggage` headers, in order.
    ///
    /// Malformed members are dropped, and so is each that does not fit within the limits any more; the second
    /// value counts them.
    pub fn parse(headers: &HeaderMap) -> (Self, BaggageDropped) {
        Self::from_lines(|| lines(headers, &BAGGAGE))
    }

    pub(super) fn from_lines<'a, I>(lines: impl Fn() -> I) -> (Self, BaggageDropped)
    where
        I: Iterator<Item = Line<'a>>,
    {
        let mut all = lines();
        let Some(first) = all.next() else { return Default::default() };
        if all.next().is_none()
            && let Some(index) = Index::of(first.bytes())
        {
            return (Self::new(first.to_value(), index), BaggageDropped::default());
        }
        let (list, dropped) = copy(lines());
        let index = Index::of(list.bytes()).unwrap_or_default();
        (Self::new(list.into_header(), index), dropped)
    }

    fn new(header: Option<HeaderValue>, index: Index) -> Self {
        Self { header: header.filter(|_| index.members > 0), index }
    }

    /// Whether there is no member.
    pub fn is_empty(&self) -> bool {
        self.header.is_none()
    }

    /// `its.tenant.id`, decoded; as the peer sent it, so to be validated.
    pub fn tenant(&self) -> Option<Cow<'_, str>> {
        self.view().tenant()
    }

    /// `its.camera.id`, decoded; as the peer sent it, so to be validated.
    pub fn camera(&self) -> Option<Cow<'_, str>> {
        self.view().camera()
    }

    /// `its.frame.id`, decoded; as the peer sent it, so to be validated.
    pub fn frame(&self) -> Option<Cow<'_, str>> {
        self.view().frame()
    }

    /// Whether `its.debug` asks for this call to be traced: `1` or `true`.
    pub fn debug(&self) -> bool {
        self.view().debug()
    }

    pub(crate) fn view(&self) -> View<'_> {
        View { header: self.header.as_ref(), index: self.index }
    }

    fn bytes(&self) -> &[u8] {
        self.header.as_ref().map(HeaderValue::as_bytes).unwrap_or_default()
    }
}

/// The valid members that fit.
fn copy<'a>(lines: impl Iterator<Item = Line<'a>>) -> (List, BaggageDropped) {
    let mut list = List::default();
    let mut dropped = BaggageDropped::default();
    for member in lines.flat_map(|line| members(line.bytes())) {
        if Member::parse(member).is_none() {
            dropped.malformed += 1;
        } else if let Err(over) = list.push([member]) {
            dropped.count(over);
        }
    }
    (list, dropped)
}

/// Where our values are in the header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Index {
    values: [Option<Span>; KEYS.len()],
    members: u8,
    /// A key of ours occurs twice or has properties, so the header is not what we would send.
    irregular: bool,
}

/// A range within [`Baggage::MAX_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    start: u16,
    end: u16,
}

impl Index {
    /// `None` unless every member is valid and they are within the limits.
    fn of(list: &[u8]) -> Option<Self> {
        if list.len() > Baggage::MAX_BYTES {
            return None;
        }
        let mut index = Self::default();
        for text in members(list) {
            let member = Member::parse(text)?;
            if usize::from(index.members) == Baggage::MAX_MEMBERS {
                return None;
            }
            index.members += 1;
            if let Some(key) = KEYS.iter().position(|key| key.as_bytes() == member.key) {
                index.irregular |= member.has_properties || index.values[key].is_some();
                index.values[key] = span(list, member.value);
            }
        }
        Some(index)
    }
}

/// Where `part`, a slice of `list`, lies in it.
fn span(list: &[u8], part: &[u8]) -> Option<Span> {
    let start = part.as_ptr().addr().checked_sub(list.as_ptr().addr())?;
    Some(Span { start: start.try_into().ok()?, end: (start + part.len()).try_into().ok()? })
}
