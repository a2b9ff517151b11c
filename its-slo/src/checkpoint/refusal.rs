//! Why a past is not taken up.

use std::io;

use super::VERSION;

/// Why a checkpoint, or one tracker in it, was refused. The trackers concerned begin empty.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It could not be read.
    #[error("the checkpoint cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is something else.
    #[error("this is not a checkpoint of its-slo; is it the right file?")]
    Foreign,
    /// It is of another release.
    #[error(
        "the checkpoint has version {found}, and this release reads {VERSION}; the next checkpoint overwrites it"
    )]
    OtherVersion {
        /// Its version.
        found: u16,
    },
    /// It was cut off or changed.
    #[error("the checkpoint is corrupted: its checksum does not match")]
    Corrupted,
    /// Its parts contradict each other.
    #[error("{slo}: what the checkpoint says of it contradicts itself")]
    Inconsistent {
        /// The objective.
        slo: String,
    },
    /// What its counts mean has changed.
    #[error("{slo}: its definition has changed since the checkpoint, so the old counts say nothing about it")]
    DefinitionChanged {
        /// The objective.
        slo: String,
    },
    /// It was written later than now.
    #[error("the checkpoint was written {seconds:.0} s in the future; is the clock right?")]
    FromTheFuture {
        /// How far.
        seconds: f64,
    },
    /// There is no such objective any more, or no room for the tenant.
    #[error("{slo}: the checkpoint has it, and this process does not")]
    Unknown {
        /// The objective.
        slo: String,
    },
}
