//! What is good.

use std::time::Duration;

/// What makes an event, or a time slice, a good one.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Indicator {
    /// A call that succeeded.
    Availability,
    /// A call that took at most so long.
    Latency {
        /// The longest good call. It need not be a bucket of any histogram.
        threshold: Duration,
    },
    /// A frame, or any other data, that was at most so old when it was used.
    Freshness {
        /// The greatest good age.
        max_age: Duration,
    },
    /// A time slice with at least so many events a second.
    Throughput {
        /// Events a second, for example frames.
        min_per_second: f64,
    },
    /// A time slice in which a probe said yes, and never no.
    Probe,
    /// An event that the caller says was good.
    Events,
    /// Somebody else's series: such an objective has rules in Prometheus and no tracker in the process.
    Queries(Queries),
}

impl Indicator {
    /// Whether it judges time slices and not single events.
    pub fn needs_slices(&self) -> bool {
        matches!(self, Self::Throughput { .. } | Self::Probe)
    }

    /// The word for it in files and labels.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Availability => "availability",
            Self::Latency { .. } => "latency",
            Self::Freshness { .. } => "freshness",
            Self::Throughput { .. } => "throughput",
            Self::Probe => "probe",
            Self::Events => "events",
            Self::Queries(_) => "queries",
        }
    }
}

/// PromQL of an imported objective, used as it is. `{{.window}}` stands for the range, such as `5m`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Queries {
    /// Bad events, or good ones, over all events.
    Ratio {
        /// The query for bad events, or for good ones.
        part: String,
        /// Whether `part` counts the good ones.
        part_is_good: bool,
        /// The query for all events.
        total: String,
    },
    /// A query that is a ratio already.
    Raw {
        /// The query.
        query: String,
        /// Whether it is the ratio of good events and not of bad ones.
        is_success: bool,
    },
    /// A value that is compared once in each time slice.
    Threshold {
        /// The query.
        query: String,
        /// How it is compared: good when `query operator value`.
        operator: Operator,
        /// With what it is compared, as written.
        value: String,
    },
}

/// A comparison of OpenSLO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `<`
    Lt,
    /// `<=`
    Lte,
    /// `>`
    Gt,
    /// `>=`
    Gte,
}

impl Operator {
    /// As PromQL writes it.
    pub fn as_promql(self) -> &'static str {
        match self {
            Self::Lt => "<",
            Self::Lte => "<=",
            Self::Gt => ">",
            Self::Gte => ">=",
        }
    }
}
