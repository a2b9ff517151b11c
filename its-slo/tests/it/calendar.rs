//! Weeks, months and quarters across both clock changes.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use its_slo::Slo;
use its_slo::objective::{CalendarUnit, CalendarWindow, Window};
use proptest::prelude::*;

use crate::support::{Bench, days, hours};

fn time(text: &str) -> SystemTime {
    text.parse::<jiff::Timestamp>().expect("a time").into()
}

fn period(unit: CalendarUnit, zone: &str, at: &str) -> (String, String) {
    let period = CalendarWindow::new(unit, zone).expect("zone").period(time(at));
    let text = |time: SystemTime| jiff::Timestamp::try_from(time).expect("time").to_string();
    (text(period.start), text(period.end))
}

#[test]
fn periods_begin_at_local_midnight() {
    use CalendarUnit::*;
    let table = [
        // March has 743 hours in Amsterdam, October 745.
        (Month, "Europe/Amsterdam", "2026-03-29T12:00:00Z", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
        (Month, "Europe/Amsterdam", "2026-10-25T00:30:00Z", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z"),
        (Week, "Europe/Amsterdam", "2026-03-29T23:30:00Z", "2026-03-29T22:00:00Z", "2026-04-05T22:00:00Z"),
        (Quarter, "America/New_York", "2026-03-08T07:00:00Z", "2026-01-01T05:00:00Z", "2026-04-01T04:00:00Z"),
        (Quarter, "America/New_York", "2026-11-01T06:30:00Z", "2026-10-01T04:00:00Z", "2027-01-01T05:00:00Z"),
        // The southern half of the world changes the other way round.
        (Month, "Australia/Sydney", "2026-04-04T16:30:00Z", "2026-03-31T13:00:00Z", "2026-04-30T14:00:00Z"),
        (Week, "Australia/Sydney", "2026-10-03T16:30:00Z", "2026-09-27T14:00:00Z", "2026-10-04T13:00:00Z"),
        (Month, "UTC", "2024-02-29T23:59:59Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"),
    ];
    for (unit, zone, at, start, end) in table {
        assert_eq!(period(unit, zone, at), (start.into(), end.into()), "{unit:?} {zone} {at}");
    }
}

proptest! {
    #[test]
    fn periods_follow_each_other_without_gap_or_overlap(
        second in 1_700_000_000_u64..2_000_000_000,
        zone in prop::sample::select(vec!["Europe/Amsterdam", "America/New_York", "Australia/Sydney", "America/Sao_Paulo", "Asia/Kathmandu"]),
        unit in prop::sample::select(vec![CalendarUnit::Week, CalendarUnit::Month, CalendarUnit::Quarter]),
    ) {
        let window = CalendarWindow::new(unit, zone).expect("zone");
        let at = UNIX_EPOCH + Duration::from_secs(second);
        let period = window.period(at);
        prop_assert!(period.contains(&at));
        prop_assert_eq!(window.period(period.end).start, period.end);
        prop_assert_eq!(window.period(period.end - Duration::from_secs(1)).start, period.start);
        prop_assert_eq!(window.period(period.start), period);
    }
}

#[test]
fn the_budget_is_full_when_the_period_begins() {
    let month = CalendarWindow::new(CalendarUnit::Month, "Europe/Amsterdam").expect("zone");
    let slo = Slo::availability("detect").window(Window::Calendar(month)).build().expect("objective");
    let bench = Bench::at(time("2026-03-31T20:00:00Z"), slo, |builder| builder);
    bench.count(999, 1);
    bench.pass(hours(1));
    assert!(bench.tracker.budget_remaining().is_some_and(|left| left.abs() < 1e-9));
    // Midnight in Amsterdam is 22:00 UTC since Sunday.
    bench.pass(hours(1));
    assert_eq!(bench.tracker.budget_remaining(), None, "nothing has happened in April");
    bench.count(999, 0);
    bench.pass(days(1));
    assert_eq!(bench.tracker.budget_remaining(), Some(1.0));
    assert_eq!(bench.tracker.history(), days(1));
    assert!(bench.tracker.window(days(3)).bad > 0.0, "the windows of alerts do not begin anew");
}
