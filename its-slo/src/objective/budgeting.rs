//! What a budget is counted in.

use std::time::Duration;

/// What is counted, in the process and in the rules alike.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Budgeting {
    /// Events: a minute with ten times the traffic weighs ten times as much.
    Occurrences,
    /// Time slices, each good or bad as a whole: a slice is good when at least `target` of its events are. A slice
    /// without events is not counted, except that a throughput of nothing is bad.
    Timeslices {
        /// How long a slice is, in whole seconds.
        slice: Duration,
        /// The share of good events in a good slice.
        target: f64,
    },
    /// The mean of the ratios of slices, whatever their traffic, for imported objectives only. It overstates incidents
    /// at quiet hours and understates them at busy ones, many times over.
    RatioTimeslices {
        /// How long a slice is.
        slice: Duration,
    },
}

impl Budgeting {
    /// The slices of throughput and probes when nothing else is said.
    pub const DEFAULT_SLICE: Duration = Duration::from_secs(60);

    /// Slices of this length, good when all their events are.
    pub fn slices(slice: Duration) -> Self {
        Self::Timeslices { slice, target: 1.0 }
    }

    /// Length of a slice; `None` when events are counted.
    pub fn slice(&self) -> Option<Duration> {
        match self {
            Self::Occurrences => None,
            Self::Timeslices { slice, .. } | Self::RatioTimeslices { slice } => Some(*slice),
        }
    }

    /// OpenSLO's word for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Occurrences => "Occurrences",
            Self::Timeslices { .. } => "Timeslices",
            Self::RatioTimeslices { .. } => "RatioTimeslices",
        }
    }
}
