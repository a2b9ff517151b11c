//! `tracestate`: what other tracing systems say about the trace, checked and passed on.

use super::TRACESTATE;
use super::line::{Line, lines, members};
use super::reason::reasons;
use http::{HeaderMap, HeaderValue};
use std::str::FromStr;

/// The members of `tracestate`, valid and in their order; none by default.
///
/// Cheap to clone. A single header line is kept as it came, without copying; several are joined into one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraceState(Option<HeaderValue>);

reasons! {
    /// Why a `tracestate` was discarded. The `traceparent` stays valid.
    pub enum TraceStateError {
        /// A member without `=`.
        Member = "tracestate_member",
        /// A key that is empty, too long, or has characters that it may not have.
        Key = "tracestate_key",
        /// A value that is empty, too long, or has characters that it may not have.
        Value = "tracestate_value",
        /// More than 32 members.
        TooManyMembers = "tracestate_too_many_members",
        /// More than [`TraceState::MAX_BYTES`] bytes.
        TooLong = "tracestate_too_long",
        /// There was no valid `traceparent` for it to belong to.
        WithoutParent = "tracestate_without_parent",
    }
}

impl TraceState {
    /// Members that the specification allows.
    pub const MAX_MEMBERS: usize = 32;
    /// Bytes accepted, over all header lines; the specification asks for at least 512.
    pub const MAX_BYTES: usize = 8192;

    /// Reads all `tracestate` headers, in order. Empty when there is none.
    ///
    /// # Errors
    ///
    /// Anything the specification does not allow. Keys with `@` are held to the form `tenant@system`, with up
    /// to 241 and 14 characters: level 1 has it, the conformance suite and OpenTelemetry check it, level 2 is
    /// laxer. A key that occurs twice is passed on: whoever adds one has to see to it, by level 2.
    pub fn parse(headers: &HeaderMap) -> Result<Self, TraceStateError> {
        Self::from_lines(lines(headers, &TRACESTATE))
    }

    pub(super) fn from_lines<'a>(lines: impl Iterator<Item = Line<'a>>) -> Result<Self, TraceStateError> {
        let mut number = 0;
        let mut first: Option<Line<'a>> = None;
        let mut joined = Vec::new();
        let mut length = 0;
        for line in lines {
            let bytes = line.bytes();
            length += bytes.len() + usize::from(length > 0);
            if length > Self::MAX_BYTES {
                return Err(TraceStateError::TooLong);
            }
            let before = number;
            for member in members(bytes) {
                check(member)?;
                number += 1;
                if number > Self::MAX_MEMBERS {
                    return Err(TraceStateError::TooManyMembers);
                }
            }
            if number == before {
                continue;
            }
            match first {
                None => first = Some(line),
                Some(first) => {
                    if joined.is_empty() {
                        joined.extend_from_slice(first.bytes());
                    }
                    joined.push(b',');
                    joined.extend_from_slice(bytes);
                }
            }
        }
        // Valid members are printable ASCII, so they are a header value.
        Ok(Self(if joined.is_empty() { first.and_then(Line::to_value) } else { joined.try_into().ok() }))
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The value to send; `None` when there is nothing.
    pub fn header(&self) -> Option<&HeaderValue> {
        self.0.as_ref()
    }

    /// The members, separated by commas; empty when there are none.
    pub fn as_str(&self) -> &str {
        self.0.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl FromStr for TraceState {
    type Err = TraceStateError;

    fn from_str(value: &str) -> Result<Self, TraceStateError> {
        Self::from_lines(std::iter::once(Line::Bytes(value.as_bytes())))
    }
}

/// Whether the member is valid.
fn check(member: &[u8]) -> Result<(), TraceStateError> {
    let equals = member.iter().position(|b| *b == b'=').ok_or(TraceStateError::Member)?;
    let (key, value) = (&member[..equals], &member[equals + 1..]);
    if !is_key(key) {
        return Err(TraceStateError::Key);
    }
    // Trimming has taken trailing spaces, so a value of spaces only is empty here.
    let printable = value.iter().all(|b| matches!(b, 0x20..=0x7e if *b != b'='));
    if value.is_empty() || value.len() > 256 || !printable {
        return Err(TraceStateError::Value);
    }
    Ok(())
}

fn is_key(key: &[u8]) -> bool {
    let part = |part: &[u8], max: usize| {
        part.len() <= max
            && part.first().is_some_and(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9'))
            && part.iter().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'*' | b'/'))
    };
    match key.iter().position(|b| *b == b'@') {
        None => part(key, 256),
        Some(at) => part(&key[..at], 241) && part(&key[at + 1..], 14),
    }
}
