//! Calendar budgets begin anew, by the clock of UTC.

use its_slo::Slo;
use its_slo::objective::{CalendarUnit, CalendarWindow, Window};
use its_slo::rules::{Options, RuleFile, rule_file};

use super::promtool::{Case, assert_holds};
use crate::support::minutes;

const DAY: u64 = 86_400;

fn rules(unit: CalendarUnit) -> RuleFile {
    let window = Window::Calendar(CalendarWindow::new(unit, "UTC").expect("a zone"));
    let slo = Slo::events("detect").window(window).per_tenant(5).target(0.99).build().expect("objective");
    let mut options = Options::default();
    options.interval = minutes(5);
    rule_file(&[slo], &options)
}

fn series(result: &str) -> String {
    format!("its_slo_events_total{{slo=\"detect\",tenant=\"amsterdam\",result=\"{result}\"}}")
}

#[test]
fn a_weeks_budget_begins_anew_on_monday() {
    // Time begins on a Thursday. Half of the budget goes by Sunday; a quarter of the next one by Tuesday.
    let gauge = "its_slo_objective_ratio{slo=\"detect\",tenant=\"amsterdam\"}";
    let case = Case::new(60)
        .series(gauge, "0.99x8640")
        .series(&series("good"), "0+199x5760 1146638+399x2880")
        .series(&series("bad"), "0+1x5760 5761+1x2880");
    let remaining = |at: u64| {
        format!("abs(sum(slo:calendar_week_error_budget_remaining:ratio) - {at} / 100) < bool 5e-4")
    };
    let elapsed = |at: f64| format!("abs(sum(slo:calendar_week_elapsed:ratio) - {at}) < bool 1e-9");
    let case = case
        .gives(4 * DAY - 300, &remaining(50), 1.0)
        .gives(5 * DAY, &remaining(75), 1.0)
        .gives(5 * DAY, "count(slo:error_budget_remaining:ratio{tenant=\"amsterdam\"})", 1.0)
        .gives(4 * DAY, &elapsed(0.0), 1.0)
        .gives(5 * DAY + DAY / 2, &elapsed(1.5 / 7.0), 1.0);
    assert_holds(&rules(CalendarUnit::Week), 300, &[case]);
}

#[test]
fn months_and_quarters_know_how_much_of_them_has_passed() {
    for (unit, name, at, passed) in [
        (CalendarUnit::Month, "month", 15 * DAY + DAY / 2, 0.5),
        (CalendarUnit::Month, "month", 31 * DAY, 0.0),
        (CalendarUnit::Quarter, "quarter", 31 * DAY, 1.0 / 3.0),
    ] {
        let only = ["slo:objective:ratio".to_owned(), format!("slo:calendar_{name}_elapsed:ratio")];
        let rules = super::promtool::only(rules(unit), &only.each_ref().map(|name| &**name));
        let expr = format!("abs(sum(slo:calendar_{name}_elapsed:ratio) - {passed}) < bool 1e-9");
        assert_holds(&rules, 300, &[Case::new(300).gives(at, &expr, 1.0)]);
    }
}
