//! How a call ended.

/// How a call ended. For availability `Error`, `Timeout`, `Panicked` and `Rejected` are bad; `Cancelled` is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// It returned what was asked for.
    Ok,
    /// It returned an error.
    Error,
    /// It ran out of time.
    Timeout,
    /// It was turned away: queue full, rate limit, not allowed.
    Rejected,
    /// Its future or its response body was dropped before it ended: the caller went away.
    Cancelled,
    /// It panicked.
    Panicked,
}

impl Outcome {
    /// How many outcomes there are.
    pub(crate) const COUNT: usize = 6;

    /// All outcomes, in the order of their numbers.
    pub const ALL: [Self; Self::COUNT] =
        [Self::Ok, Self::Error, Self::Timeout, Self::Rejected, Self::Cancelled, Self::Panicked];

    /// The value of the label `outcome`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Timeout => "timeout",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Panicked => "panicked",
        }
    }

    /// Whether the outcome counts against availability.
    pub const fn is_bad(self) -> bool {
        matches!(self, Self::Error | Self::Timeout | Self::Rejected | Self::Panicked)
    }
}
