//! How an objective is doing, in a word.

/// What can be said of an objective. The first that applies, in the order of urgency: exhausted, burning, no data, no
/// traffic, ok.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum State {
    /// There is budget left, and it lasts.
    Ok,
    /// Events have been counted within the window, but none in the last hour.
    NoTraffic,
    /// Not one event has been counted within the window.
    #[default]
    NoData,
    /// There is budget left, and an alert is firing.
    Burning,
    /// Nothing is left.
    Exhausted,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Ok, Self::NoTraffic, Self::NoData, Self::Burning, Self::Exhausted];

    /// The value of the label `state`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NoTraffic => "no_traffic",
            Self::NoData => "no_data",
            Self::Burning => "burning",
            Self::Exhausted => "exhausted",
        }
    }
}
