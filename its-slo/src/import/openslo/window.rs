//! Time windows: `30d` rolling, or `1M` of a calendar.

use std::time::Duration;

use jiff::civil::DateTime;

use super::schema::{Calendar, TimeWindow};
use crate::duration;
use crate::objective::{CalendarUnit, CalendarWindow, Window};

const DAY: Duration = Duration::from_secs(24 * 3600);

pub(super) fn import(
    windows: Option<&[TimeWindow]>,
    warn: &mut impl FnMut(String),
) -> Result<Window, String> {
    match windows {
        None | Some([]) => {
            warn("it has no timeWindow; thirty rolling days are taken".into());
            Ok(Window::default())
        }
        Some([window]) => match (&window.calendar, window.is_rolling) {
            (Some(_), Some(true)) => Err("its timeWindow has a calendar and isRolling: true; keep one of them".into()),
            (Some(calendar), _) => aligned(&window.duration, calendar, warn),
            (None, Some(false)) => {
                Err("its timeWindow is aligned to a calendar that is missing; add calendar with startTime and timeZone".into())
            }
            (None, _) => rolling(&window.duration, warn),
        },
        Some(_) => Err("it has several timeWindows; keep one".into()),
    }
}

/// A number and its unit, `M` and `Q` among them.
fn shorthand(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    Some((text[..end].parse().ok()?, &text[end..]))
}

fn rolling(text: &str, warn: &mut impl FnMut(String)) -> Result<Window, String> {
    let days = match shorthand(text) {
        Some((months, "M")) => months.saturating_mul(30),
        Some((quarters, "Q")) => quarters.saturating_mul(91),
        _ => return duration::parse(text).map(Window::Rolling),
    };
    warn(format!("a rolling window has no months; {text} are taken as {days} days"));
    Ok(Window::Rolling(DAY * days))
}

fn aligned(text: &str, calendar: &Calendar, warn: &mut impl FnMut(String)) -> Result<Window, String> {
    let unit = match shorthand(text) {
        Some((1, "w") | (7, "d")) => CalendarUnit::Week,
        Some((1, "M")) => CalendarUnit::Month,
        Some((1, "Q") | (3, "M")) => CalendarUnit::Quarter,
        _ => {
            return Err(format!(
                "a calendar window of {text:?} is not there; use 1w, 1M or 1Q, or a rolling one"
            ));
        }
    };
    let start: DateTime = calendar.start_time.parse().map_err(|_| {
        format!("the startTime {:?} is no time; write it as 2026-01-01 00:00:00", calendar.start_time)
    })?;
    let begins = match unit {
        CalendarUnit::Week => start.weekday() == jiff::civil::Weekday::Monday,
        CalendarUnit::Month => start.day() == 1,
        CalendarUnit::Quarter => start.day() == 1 && start.month() % 3 == 1,
    };
    if !begins || start.time() != jiff::civil::Time::midnight() {
        let unit = unit.as_str();
        warn(format!("the startTime {start} is no begin of a {unit}; the calendar's {unit} is taken"));
    }
    CalendarWindow::new(unit, &calendar.time_zone).map(Window::Calendar).map_err(|error| error.to_string())
}

pub(super) fn export(window: &Window) -> TimeWindow {
    match window {
        Window::Rolling(length) => {
            TimeWindow { duration: duration::write(*length), is_rolling: Some(true), calendar: None }
        }
        Window::Calendar(window) => {
            let (duration, start_time) = match window.unit() {
                CalendarUnit::Week => ("1w", "2026-01-05 00:00:00"),
                CalendarUnit::Month => ("1M", "2026-01-01 00:00:00"),
                CalendarUnit::Quarter => ("1Q", "2026-01-01 00:00:00"),
            };
            let calendar = Calendar { start_time: start_time.into(), time_zone: window.zone().into() };
            TimeWindow { duration: duration.into(), is_rolling: Some(false), calendar: Some(calendar) }
        }
    }
}
