//! The grammar of one `baggage` member.

use super::super::line::trim;

/// A valid member: `key = value ; property ; ...`, with what may surround its parts.
pub(super) struct Member<'a> {
    pub(super) key: &'a [u8],
    /// Percent-encoded.
    pub(super) value: &'a [u8],
    pub(super) has_properties: bool,
}

impl<'a> Member<'a> {
    /// `None` when the member is malformed.
    pub(super) fn parse(member: &'a [u8]) -> Option<Self> {
        let mut parts = member.split(|b| *b == b';');
        let (key, value) = pair(parts.next()?);
        let value = value?;
        if !is_token(key) || !is_value(value) {
            return None;
        }
        let mut has_properties = false;
        for property in parts {
            let (key, value) = pair(property);
            if !is_token(key) || !value.is_none_or(is_value) {
                return None;
            }
            has_properties = true;
        }
        Some(Self { key, value, has_properties })
    }

    /// The key of a member known to be valid.
    pub(super) fn key(member: &[u8]) -> &[u8] {
        pair(member).0
    }
}

/// Split at the first `=`: a value may have more of them.
fn pair(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|b| *b == b'=') {
        Some(equals) => (trim(&text[..equals]), Some(trim(&text[equals + 1..]))),
        None => (trim(text), None),
    }
}

/// RFC 7230, section 3.2.6.
fn is_token(text: &[u8]) -> bool {
    let tchar = |b: &u8| match b {
        b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~' => true,
        _ => b.is_ascii_alphanumeric(),
    };
    !text.is_empty() && text.iter().all(tchar)
}

/// Only `baggage-octet`s; empty is allowed.
fn is_value(text: &[u8]) -> bool {
    text.iter().all(|b| matches!(b, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e))
}
