//! A checkpoint as bytes: a magic number, a version, the pasts, and a CRC-32 of all that.

use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::tracker::SavedTracker;

const MAGIC: &[u8; 8] = b"ITS-SLO\n";

/// The version that is written, and the only one that is read.
pub const VERSION: u16 = 1;

/// All pasts.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Checkpoint {
    /// Whether the process said that it was about to stop.
    pub(crate) planned: bool,
    pub(crate) trackers: Vec<SavedTracker>,
}

pub(crate) fn encode(checkpoint: &Checkpoint) -> Vec<u8> {
    let head = [MAGIC.as_slice(), &VERSION.to_le_bytes()].concat();
    // Plain data, written to memory: there is nothing that could fail, and what is cut short is refused when read.
    let mut bytes = postcard::to_extend(checkpoint, head).unwrap_or_default();
    let checksum = crc32fast::hash(&bytes);
    bytes.extend_from_slice(&checksum.to_le_bytes());
    bytes
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Checkpoint, Refusal> {
    let rest = bytes.strip_prefix(MAGIC).ok_or(Refusal::Foreign)?;
    let (version, rest) = rest.split_first_chunk().ok_or(Refusal::Corrupted)?;
    match u16::from_le_bytes(*version) {
        VERSION => {}
        found => return Err(Refusal::OtherVersion { found }),
    }
    let (body, checksum) = rest.split_last_chunk().ok_or(Refusal::Corrupted)?;
    if crc32fast::hash(&bytes[..bytes.len() - checksum.len()]) != u32::from_le_bytes(*checksum) {
        return Err(Refusal::Corrupted);
    }
    postcard::from_bytes(body).map_err(|_| Refusal::Corrupted)
}
