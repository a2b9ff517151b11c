//! The `baggage` to send: our members as the call has them, everyone else's as they came.

use super::list::{BaggageDropped, List};
use super::member::Member;
use super::{Baggage, KEYS};
use crate::scope::w3c::line::members;
use http::HeaderValue;
use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

/// What this call says under our keys. What is `None` is not sent, also when it was received: to pass a frame
/// on, give the one received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnMembers<'a> {
    /// `its.tenant.id`.
    pub tenant: Option<&'a str>,
    /// `its.camera.id`.
    pub camera: Option<&'a str>,
    /// `its.frame.id`.
    pub frame: Option<&'a str>,
}

/// All that is no `baggage-octet`, and `%`.
const REQUIRED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\').add(b'%');

/// Decoders made for forms read `+` as a space, and OpenTelemetry's for Rust ends a value at `=`.
const ENCODED: &AsciiSet = &REQUIRED.add(b'+').add(b'=');

impl Baggage {
    /// The header to send; `None` when there is no member.
    ///
    /// Our members come first and have priority within the limits. Others follow in their order, byte for
    /// byte with their properties; the last of them are dropped when the limits are reached, and counted in
    /// the second value. When our members are just those received, the header is the one received, without
    /// copying.
    pub fn to_header(&self, own: &OwnMembers<'_>) -> (Option<HeaderValue>, BaggageDropped) {
        let mut dropped = BaggageDropped::default();
        if self.says(own) {
            return (self.header.clone(), dropped);
        }
        let values = own.values();
        // Our keys, `=` and commas take less than 64 bytes.
        let length = self.bytes().len() + values.iter().flatten().map(|v| v.len()).sum::<usize>() + 64;
        let mut list = List::with_capacity(length.min(Self::MAX_BYTES));
        for (key, value) in KEYS.iter().zip(values) {
            let Some(value) = value else { continue };
            let encoded = percent_encode(value.as_bytes(), ENCODED).map(str::as_bytes);
            let member = [key.as_bytes(), b"="].into_iter().chain(encoded);
            if let Err(over) = list.push(member) {
                dropped.count(over);
            }
        }
        let mut full = None;
        for member in members(self.bytes()).filter(|member| !is_own(Member::key(member))) {
            full = full.or_else(|| list.push([member]).err());
            if let Some(over) = full {
                dropped.count(over);
            }
        }
        (list.into_header(), dropped)
    }

    /// Whether our members are these, in the form in which we would send them.
    fn says(&self, own: &OwnMembers<'_>) -> bool {
        let received = [self.tenant(), self.camera(), self.frame()];
        !self.index.irregular && received.iter().map(Option::as_deref).eq(own.values())
    }
}

impl<'a> OwnMembers<'a> {
    /// In the order of [`KEYS`].
    fn values(&self) -> [Option<&'a str>; 3] {
        [self.tenant, self.camera, self.frame]
    }
}

fn is_own(key: &[u8]) -> bool {
    KEYS[..3].iter().any(|own| own.as_bytes() == key)
}
