//! A week, month or quarter of the calendar, and its days.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use its_slo::objective::{CalendarUnit, CalendarWindow};
use jiff::Timestamp;
use jiff::civil::{Date, ISOWeekDate, Weekday};
use jiff::tz::TimeZone;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(super) struct Period {
    /// Such as `2026-11`.
    pub(super) name: String,
    pub(super) time_zone: String,
    /// Its first instant, in seconds since the Unix epoch.
    pub(super) from_seconds: i64,
    /// Its end, or the present, if it is not over.
    pub(super) to_seconds: i64,
    pub(super) is_over: bool,
    #[serde(skip)]
    zone: TimeZone,
}

impl Period {
    pub(super) fn parse(name: Option<&str>, time_zone: &str, now: i64) -> Result<Self, String> {
        let error = |error: jiff::Error| error.to_string();
        let zone = TimeZone::get(time_zone).map_err(|_| {
            format!("there is no time zone {time_zone:?}; use a name of the IANA database, such as Europe/Amsterdam")
        })?;
        let today = Timestamp::from_second(now).map_err(error)?.to_zoned(zone.clone());
        let name = name.map_or_else(|| today.strftime("%Y-%m").to_string(), Into::into);
        let (unit, first) = first_day(&name).ok_or_else(|| {
            format!(
                "{name:?} is no period; write a month such as 2026-11, a quarter 2026-Q4 or a week 2026-W45"
            )
        })?;
        let noon = first.at(12, 0, 0, 0).to_zoned(zone.clone()).map_err(error)?.timestamp();
        let window = CalendarWindow::new(unit, time_zone).map_err(|error| error.to_string())?;
        let range = window.period(UNIX_EPOCH + Duration::from_secs(noon.as_second().max(0) as u64));
        let (from_seconds, end) = (seconds(range.start), seconds(range.end));
        if from_seconds >= now {
            return Err(format!("{name} has not begun; choose a period that has"));
        }
        let (to_seconds, is_over) = (end.min(now), end <= now);
        Ok(Self { name, time_zone: time_zone.into(), from_seconds, to_seconds, is_over, zone })
    }

    /// Its days: each one's name, begin and end. Where the clocks change, one has 23 or 25 hours.
    pub(super) fn days(&self) -> Vec<(String, i64, i64)> {
        let mut days = Vec::new();
        let mut from = self.from_seconds;
        while from < self.to_seconds
            && let Ok(begin) = Timestamp::from_second(from)
            && let Ok(next) = begin.to_zoned(self.zone.clone()).tomorrow().and_then(|day| day.start_of_day())
        {
            let to = next.timestamp().as_second().min(self.to_seconds);
            days.push((begin.to_zoned(self.zone.clone()).date().to_string(), from, to));
            from = next.timestamp().as_second();
        }
        days
    }

    /// As people read it.
    pub(super) fn text(&self) -> String {
        let at = |seconds| {
            let time = Timestamp::from_second(seconds).unwrap_or_default().to_zoned(self.zone.clone());
            time.strftime("%Y-%m-%d %H:%M").to_string()
        };
        let so_far = if self.is_over { "" } else { " so far" };
        format!("{} to {} ({}){so_far}", at(self.from_seconds), at(self.to_seconds), self.time_zone)
    }
}

/// A day in the middle of the named period would do as well.
fn first_day(name: &str) -> Option<(CalendarUnit, Date)> {
    let (year, part) = name.split_once('-')?;
    let year = year.parse::<i16>().ok()?;
    if let Some(week) = part.strip_prefix('W') {
        let date = ISOWeekDate::new(year, week.parse().ok()?, Weekday::Monday).ok()?;
        return Some((CalendarUnit::Week, date.date()));
    }
    if let Some(quarter) = part.strip_prefix('Q') {
        let quarter = quarter.parse::<i8>().ok().filter(|quarter| (1..=4).contains(quarter))?;
        return Some((CalendarUnit::Quarter, Date::new(year, 3 * quarter - 2, 1).ok()?));
    }
    Some((CalendarUnit::Month, Date::new(year, part.parse().ok()?, 1).ok()?))
}

fn seconds(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_those_of_the_calendar() {
        let now = 1_798_761_600; // 2027-01-01 00:00 UTC
        let october = Period::parse(Some("2026-10"), "Europe/Amsterdam", now).expect("a month");
        assert_eq!(october.text(), "2026-10-01 00:00 to 2026-11-01 00:00 (Europe/Amsterdam)");
        assert_eq!(october.to_seconds - october.from_seconds, 31 * 86_400 + 3_600, "the clocks went back");
        let longest = october.days().into_iter().max_by_key(|(_, from, to)| to - from);
        assert_eq!(longest.map(|(day, from, to)| (day, to - from)), Some(("2026-10-25".into(), 25 * 3_600)));
        assert_eq!(october.days().len(), 31);
        let text = |name| Period::parse(Some(name), "UTC", now).map(|period| period.text());
        assert_eq!(text("2026-Q4"), Ok("2026-10-01 00:00 to 2027-01-01 00:00 (UTC)".into()));
        assert_eq!(text("2026-W45"), Ok("2026-11-02 00:00 to 2026-11-09 00:00 (UTC)".into()));
        assert!(text("2027-02").is_err_and(|error| error.contains("has not begun")));
        for name in ["2026", "2026-13", "2026-Q5", "2026-W54", "October"] {
            assert!(text(name).is_err_and(|error| error.contains("such as 2026-11")), "{name}");
        }
        assert!(Period::parse(None, "Europe/Atlantis", now).is_err_and(|error| error.contains("IANA")));
    }
}
