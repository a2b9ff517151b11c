//! What is refused, and what it says.

use std::time::Duration;

use its_slo::objective::{Alerting, Budgeting, CalendarUnit, CalendarWindow, Surroundings, Tier};
use its_slo::{Error, Slo, Slos};

use crate::support::{days, hours};

fn message<T>(result: Result<T, Error>) -> String {
    result.err().expect("an error").to_string()
}

#[test]
fn each_error_says_what_to_change() {
    let slo = || Slo::availability("detect");
    let table = [
        (Slo::availability("Detect!").build(), "lower-case letters"),
        (Slo::availability("").build(), "1 to 63"),
        (slo().target(99.9).build(), "such as 0.999 for 99.9 %"),
        (slo().target(0.4).build(), "from 0.5"),
        (slo().target(f64::NAN).build(), "from 0.5"),
        (slo().rolling(days(32)).build(), "at most 31 days"),
        (slo().rolling(Duration::ZERO).build(), "whole seconds"),
        (slo().label("1st", "a").build(), "letters, digits"),
        (slo().label("tenant", "a").build(), "choose another name"),
        (slo().per_tenant(0).build(), "at least 1"),
        (Slo::latency("fast", Duration::ZERO).build(), "greater than zero"),
        (Slo::throughput("fps", f64::NAN).build(), "greater than zero"),
        (Slo::throughput("fps", 1.0).budgeting(Budgeting::Occurrences).build(), "Timeslices"),
        (slo().budgeting(Budgeting::slices(Duration::from_millis(1_500))).build(), "whole seconds"),
        (slo().budgeting(Budgeting::Timeslices { slice: hours(1), target: 1.5 }).build(), "at most 1"),
        (slo().budgeting(Budgeting::RatioTimeslices { slice: hours(1) }).build(), "averages ratios"),
        (slo().alerting(Alerting::of(vec![Tier::FLASH, Tier::FLASH])).build(), "a name of its own"),
        (
            slo().alerting(Alerting::of(vec![Tier { long: Duration::ZERO, ..Tier::FLASH }])).build(),
            "shorter than",
        ),
    ];
    for (result, part) in table {
        let message = message(result);
        assert!(message.contains(part), "{message:?} should say {part:?}");
    }
    let zone = message(CalendarWindow::new(CalendarUnit::Month, "Europe/Atlantis"));
    assert!(zone.contains("IANA"), "{zone}");
    let twice = Slos::builder().slo(slo().build().expect("slo")).slo(slo().build().expect("slo"));
    assert!(message(twice.build()).contains("two objectives"));
}

#[test]
fn factors_are_those_of_the_workbook() {
    let factors = |days_| -> Vec<f64> {
        Alerting::standard().and_flash().tiers.iter().map(|tier| tier.factor(days(days_))).collect()
    };
    assert_eq!(factors(30), [60.0, 14.4, 6.0, 3.0, 1.0]);
    assert_eq!(factors(28)[1..], [13.44, 5.6, 2.8, 0.933333333]);
}

#[test]
fn lints_find_what_cannot_work() {
    let rules = |slo: &Slo, around: &Surroundings| -> Vec<(&str, bool)> {
        slo.lint(around).iter().map(|lint| (lint.rule, lint.is_error)).collect()
    };
    let named = |name| Slo::availability(name).owner("vision").description("frames are analysed");
    let nothing = Surroundings::default();
    assert_eq!(rules(&named("good").build().expect("slo"), &nothing), []);
    let low = named("low").target(0.9).build().expect("slo");
    assert_eq!(rules(&low, &nothing), [("unreachable_alert", true), ("late_alert", false)]);
    assert_eq!(rules(&named("p95").target(0.95).build().expect("slo"), &nothing), [("late_alert", false)]);
    let mut around = Surroundings::default();
    around.events_per_second = Some(0.0001);
    assert_eq!(rules(&named("rare").build().expect("slo"), &around)[0], ("too_strict_for_traffic", true));
    let mut around = Surroundings::default();
    around.scrape_interval = Some(Duration::from_secs(60));
    around.histogram_bounds = Some(vec![0.1, 0.25]);
    let flash = named("flash").alerting(Alerting::standard().and_flash()).build().expect("slo");
    assert_eq!(rules(&flash, &around), [("window_near_scrape_interval", true)]);
    let latency = |ms| {
        let slo = Slo::latency("fast", Duration::from_millis(ms)).owner("vision").description("fast");
        slo.alerting(Alerting::tickets()).build().expect("slo")
    };
    assert_eq!(rules(&latency(100), &around), []);
    assert_eq!(rules(&latency(120), &around), [("threshold_no_bucket", false)]);
    assert_eq!(rules(&named("day").rolling(days(1)).build().expect("slo"), &nothing)[0].0, "tier_too_long");
}
