//! Over which time a budget lasts.

use std::time::Duration;

use super::CalendarWindow;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// The time over which the budget lasts.
#[derive(Clone, Debug, PartialEq)]
pub enum Window {
    /// The last so many seconds; what left the window no longer counts.
    Rolling(Duration),
    /// The calendar's week, month or quarter: the budget is full at its beginning.
    Calendar(CalendarWindow),
}

impl Window {
    /// The longest rolling window.
    pub const LONGEST: Duration = Duration::from_secs(31 * 24 * 3600);

    /// The last so many days.
    pub const fn days(days: u32) -> Self {
        Self::Rolling(Duration::from_secs(days as u64 * 24 * 3600))
    }

    /// Its length; of a calendar window its usual length of 7, 30 or 91 days, by which burn rates are scaled.
    pub fn nominal(&self) -> Duration {
        match self {
            Self::Rolling(length) => *length,
            Self::Calendar(window) => DAY * window.unit().nominal_days(),
        }
    }
}

impl Default for Window {
    /// Thirty days, rolling.
    fn default() -> Self {
        Self::days(30)
    }
}
