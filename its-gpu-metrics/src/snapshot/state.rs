//! How a GPU is.

use std::fmt;

/// How a GPU is. Its gauges are there in [`State::Ok`] only; its totals stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// It answers.
    Ok,
    /// It has fallen off its bus, the driver no longer lists it, or it does not answer: a call timed out, or all that
    /// every GPU answers failed.
    Lost,
    /// It, or the whole driver, comes back and has not yet passed a cycle.
    Recovering,
    /// It answers, with nothing that could be believed: no memory, no power and no utilisation, as on a Jetson. Once it
    /// has told something it is believed until it goes, however idle it is.
    Unsupported,
    /// The driver says that it must be reset before it can be used.
    ResetRequired,
}

impl State {
    /// Every state, for a series each.
    pub const ALL: [Self; 5] =
        [Self::Ok, Self::Lost, Self::Recovering, Self::Unsupported, Self::ResetRequired];

    /// As in the label `state`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Lost => "lost",
            Self::Recovering => "recovering",
            Self::Unsupported => "unsupported",
            Self::ResetRequired => "reset_required",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
