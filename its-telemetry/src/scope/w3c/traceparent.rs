//! `traceparent`: who called, in which trace, and whether it was sampled.

use super::line::{Line, lines, trim};
use super::reason::reasons;
use super::{TRACEPARENT, TraceFlags};
use http::{HeaderMap, HeaderValue};
use std::fmt;

/// A caller's span: ids that are not zero, and its flags.
///
/// Parsing and [`to_bytes`](Self::to_bytes) do not allocate; [`to_header`](Self::to_header) has to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceParent {
    trace_id: u128,
    parent_id: u64,
    flags: TraceFlags,
}

reasons! {
    /// Why a `traceparent` was not used. The trace is then started anew.
    pub enum TraceParentError {
        /// More than one header.
        Multiple = "traceparent_multiple",
        /// Shorter than the 55 characters that every version has.
        TooShort = "traceparent_too_short",
        /// A field has the wrong length, so that no `-` is where one must be.
        Delimiter = "traceparent_delimiter",
        /// An ASCII character that is not a hexadecimal digit.
        Character = "traceparent_character",
        /// A hexadecimal digit in upper case.
        UpperCase = "traceparent_upper_case",
        /// A byte outside ASCII.
        NonAscii = "traceparent_non_ascii",
        /// Version `ff`, which is forbidden.
        Version = "traceparent_version",
        /// The trace id is zero.
        ZeroTraceId = "traceparent_zero_trace_id",
        /// The parent id is zero.
        ZeroParentId = "traceparent_zero_parent_id",
        /// More characters after the flags: any in version 00, any but `-...` in a higher one.
        Trailing = "traceparent_trailing",
    }
}

/// The length of a `traceparent` of version 00, and of the part that higher versions share with it.
const LENGTH: usize = 55;

impl TraceParent {
    /// A span to call from; `None` when one of the ids is zero.
    pub const fn new(trace_id: u128, parent_id: u64, flags: TraceFlags) -> Option<Self> {
        if trace_id == 0 || parent_id == 0 { None } else { Some(Self { trace_id, parent_id, flags }) }
    }

    /// The trace; not zero.
    pub const fn trace_id(&self) -> u128 {
        self.trace_id
    }

    /// The span that called; not zero.
    pub const fn parent_id(&self) -> u64 {
        self.parent_id
    }

    /// Sampled, random.
    pub const fn flags(&self) -> TraceFlags {
        self.flags
    }

    /// Reads the header: `None` when there is none.
    ///
    /// # Errors
    ///
    /// Anything the specification does not allow. The trace has to be started anew and `tracestate` ignored,
    /// which [`Incoming`](super::Incoming) does.
    pub fn parse(headers: &HeaderMap) -> Result<Option<Self>, TraceParentError> {
        Self::from_lines(lines(headers, &TRACEPARENT))
    }

    pub(super) fn from_lines<'a>(
        mut lines: impl Iterator<Item = Line<'a>>,
    ) -> Result<Option<Self>, TraceParentError> {
        let Some(line) = lines.next() else { return Ok(None) };
        if lines.next().is_some() {
            return Err(TraceParentError::Multiple);
        }
        Self::from_bytes(line.bytes()).map(Some)
    }

    /// Reads one header value; whitespace around it is not part of it.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn from_bytes(value: &[u8]) -> Result<Self, TraceParentError> {
        let Some((head, rest)) = trim(value).split_first_chunk::<LENGTH>() else {
            return Err(TraceParentError::TooShort);
        };
        let version = hex(&head[..2])?;
        if version == 0xff {
            return Err(TraceParentError::Version);
        }
        if [head[2], head[35], head[52]] != [b'-'; 3] {
            return Err(TraceParentError::Delimiter);
        }
        let trace_id = u128::from(hex(&head[3..19])?) << 64 | u128::from(hex(&head[19..35])?);
        let parent_id = hex(&head[36..52])?;
        // Two digits: the value fits.
        let flags = TraceFlags::from_bits(hex(&head[53..])? as u8);
        match rest.first() {
            None => {}
            Some(b'-') if version > 0 => {}
            Some(_) => return Err(TraceParentError::Trailing),
        }
        match (trace_id, parent_id) {
            (0, _) => Err(TraceParentError::ZeroTraceId),
            (_, 0) => Err(TraceParentError::ZeroParentId),
            _ => Ok(Self { trace_id, parent_id, flags }),
        }
    }

    /// The header's value in version 00, on the stack: ASCII.
    pub fn to_bytes(&self) -> [u8; LENGTH] {
        let mut out = *b"00-________________________________-________________-__";
        write_hex(&mut out[3..19], (self.trace_id >> 64) as u64);
        write_hex(&mut out[19..35], self.trace_id as u64);
        write_hex(&mut out[36..52], self.parent_id);
        write_hex(&mut out[53..], self.flags.bits().into());
        out
    }

    /// The header's value in version 00. Allocates once: a header value owns its bytes.
    pub fn to_header(&self) -> HeaderValue {
        // Digits and dashes always are a header value.
        HeaderValue::from_bytes(&self.to_bytes()).unwrap_or_else(|_| HeaderValue::from_static(""))
    }
}

/// The value of each lower-case hexadecimal digit; above 15 for any other byte.
const DIGITS: [u8; 256] = {
    let mut table = [u8::MAX; 256];
    let mut value = 0;
    while value < 16 {
        table[HEX[value] as usize] = value as u8;
        value += 1;
    }
    table
};
const HEX: &[u8; 16] = b"0123456789abcdef";

/// At most 16 lower-case hexadecimal digits.
fn hex(digits: &[u8]) -> Result<u64, TraceParentError> {
    let (mut value, mut seen) = (0, 0);
    for byte in digits {
        let digit = DIGITS[usize::from(*byte)];
        seen |= digit;
        value = value << 4 | u64::from(digit & 0xf);
    }
    if seen > 0xf { Err(not_hex(digits)) } else { Ok(value) }
}

/// What is wrong with the first byte that is no digit.
fn not_hex(digits: &[u8]) -> TraceParentError {
    match digits.iter().find(|byte| DIGITS[usize::from(**byte)] > 0xf) {
        Some(b'A'..=b'F') => TraceParentError::UpperCase,
        Some(0x80..) => TraceParentError::NonAscii,
        _ => TraceParentError::Character,
    }
}

fn write_hex(out: &mut [u8], mut value: u64) {
    for byte in out.iter_mut().rev() {
        *byte = HEX[(value & 0xf) as usize];
        value >>= 4;
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.to_bytes()).unwrap_or_default())
    }
}

impl fmt::Debug for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceParent({self})")
    }
}
