//! Weeks, months and quarters, where a day may have 23 or 25 hours.

use std::fmt;
use std::ops::Range;
use std::time::SystemTime;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::Error;

/// A part of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CalendarUnit {
    /// From Monday to Sunday.
    Week,
    /// A month.
    Month,
    /// Three months, beginning with January, April, July or October.
    Quarter,
}

impl CalendarUnit {
    /// Days by which burn rates are scaled: 7, 30 or 91.
    pub fn nominal_days(self) -> u32 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 91,
        }
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
        }
    }

    fn first_day(self, day: Date) -> Date {
        match self {
            Self::Week => day.saturating_sub(i64::from(day.weekday().to_monday_zero_offset()).days()),
            Self::Month => day.first_of_month(),
            Self::Quarter => {
                let months = (day.month() - 1) % 3;
                day.first_of_month().saturating_sub(i64::from(months).months())
            }
        }
    }

    fn next(self, first: Date) -> Date {
        match self {
            Self::Week => first.saturating_add(7.days()),
            Self::Month => first.saturating_add(1.month()),
            Self::Quarter => first.saturating_add(3.months()),
        }
    }
}

/// A calendar window: the unit, in a time zone.
#[derive(Clone, PartialEq)]
pub struct CalendarWindow {
    unit: CalendarUnit,
    zone: TimeZone,
}

impl CalendarWindow {
    /// The unit in a zone of the IANA database, such as `Europe/Amsterdam`. The database of the system is used, else
    /// the one that was compiled in.
    ///
    /// # Errors
    /// When there is no such zone.
    pub fn new(unit: CalendarUnit, zone: &str) -> Result<Self, Error> {
        let zone = TimeZone::get(zone).map_err(|_| Error::UnknownTimeZone { zone: zone.into() })?;
        Ok(Self { unit, zone })
    }

    /// Week, month or quarter.
    pub fn unit(&self) -> CalendarUnit {
        self.unit
    }

    /// The name of the time zone.
    pub fn zone(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    /// The period with this time in it: from its first instant to the first one of the next.
    ///
    /// A period begins when its first day does in the zone, also where midnight was skipped.
    pub fn period(&self, at: SystemTime) -> Range<SystemTime> {
        let at = Timestamp::try_from(at).unwrap_or(Timestamp::UNIX_EPOCH);
        let first = self.unit.first_day(at.to_zoned(self.zone.clone()).date());
        self.begin(first)..self.begin(self.unit.next(first))
    }

    fn begin(&self, day: Date) -> SystemTime {
        let midnight = day.to_zoned(self.zone.clone()).and_then(|zoned| zoned.start_of_day());
        midnight.map_or(SystemTime::UNIX_EPOCH, |zoned| zoned.timestamp().into())
    }
}

impl fmt::Debug for CalendarWindow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.unit.as_str(), self.zone())
    }
}
