//! A list of members that keeps within the limits of the specification, and the count of what did not fit.

use super::Baggage;
use http::HeaderValue;

/// Members being written, never more than [`Baggage::MAX_MEMBERS`] nor [`Baggage::MAX_BYTES`].
#[derive(Default)]
pub(super) struct List {
    bytes: Vec<u8>,
    members: usize,
}

/// The limit that a member did not fit within.
#[derive(Clone, Copy)]
pub(super) enum Over {
    Members,
    Bytes,
}

impl List {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes), members: 0 }
    }

    /// Adds the member that the chunks make up, or leaves the list as it was.
    pub(super) fn push<'a>(&mut self, chunks: impl IntoIterator<Item = &'a [u8]>) -> Result<(), Over> {
        if self.members == Baggage::MAX_MEMBERS {
            return Err(Over::Members);
        }
        let before = self.bytes.len();
        if before > 0 {
            self.bytes.push(b',');
        }
        for chunk in chunks {
            if self.bytes.len() + chunk.len() > Baggage::MAX_BYTES {
                self.bytes.truncate(before);
                return Err(Over::Bytes);
            }
            self.bytes.extend_from_slice(chunk);
        }
        self.members += 1;
        Ok(())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// `None` when there is no member. What is valid in a member is valid in a header.
    pub(super) fn into_header(self) -> Option<HeaderValue> {
        if self.members == 0 { None } else { self.bytes.try_into().ok() }
    }
}

/// Members that were dropped, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BaggageDropped {
    /// Not `key=value` with optional properties, or with characters that have to be encoded.
    pub malformed: u64,
    /// Beyond [`Baggage::MAX_MEMBERS`].
    pub over_members: u64,
    /// Would have made it longer than [`Baggage::MAX_BYTES`].
    pub over_bytes: u64,
}

impl BaggageDropped {
    /// The labels that count the reasons, each with its count.
    pub const fn counts(&self) -> [(&'static str, u64); 3] {
        [
            ("baggage_malformed", self.malformed),
            ("baggage_too_many_members", self.over_members),
            ("baggage_too_long", self.over_bytes),
        ]
    }

    /// Members dropped for any reason.
    pub const fn total(&self) -> u64 {
        self.malformed + self.over_members + self.over_bytes
    }

    pub(super) fn count(&mut self, over: Over) {
        match over {
            Over::Members => self.over_members += 1,
            Over::Bytes => self.over_bytes += 1,
        }
    }
}
