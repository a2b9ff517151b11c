//! Every tier fires, and none at the edge; what is quiet or new stays quiet.

use its_slo::Slo;
use its_slo::objective::Alerting;
use its_slo::rules::{Options, RuleFile, rule_file};

use super::promtool::{Case, assert_holds};

/// Alert and factor of the tiers, most urgent first.
const TIERS: [(&str, u64); 5] = [
    ("SloBurnFlash", 6_000),
    ("SloBurnPageFast", 1_440),
    ("SloBurnPageSlow", 600),
    ("SloBurnTicketFast", 300),
    ("SloBurnTicketSlow", 100),
];

const GOOD: &str = "its_slo_events_total{slo=\"detect\",result=\"good\",instance=\"a\"}";
const BAD: &str = "its_slo_events_total{slo=\"detect\",result=\"bad\",instance=\"a\"}";

fn rules(interval: u64) -> RuleFile {
    let slo = Slo::availability("detect").alerting(Alerting::standard().and_flash());
    let mut options = Options::default();
    options.interval = std::time::Duration::from_secs(interval);
    rule_file(&[slo.build().expect("objective")], &options)
}

/// 100,000 events a second for half an hour, `bad` of them bad.
fn burning(bad: u64) -> Case {
    let (bad, good) = (bad * 15, (100_000 - bad) * 15);
    Case::new(15).series(GOOD, &format!("0+{good}x120")).series(BAD, &format!("0+{bad}x120"))
}

#[test]
fn each_tier_fires_above_its_factor_and_not_at_it() {
    let mut cases = Vec::new();
    for (alert, factor) in TIERS {
        cases.push(burning(factor).fires(1_500, alert, 0));
        // Those that need a faster burn do not fire.
        let others = TIERS.iter().filter(|(_, other)| *other > factor);
        let case = burning(factor + factor / 20).fires(1_500, alert, 1);
        cases.push(others.fold(case, |case, (other, _)| case.fires(1_500, other, 0)));
    }
    assert_holds(&rules(30), 30, &cases);
}

#[test]
fn the_alert_says_which_tier_it_is_and_how_much_is_spent() {
    let summary = "detect: the error budget burns 20 times too fast";
    let description = "2.778% of the error budget went in 1h. At this pace it is empty in 0s.";
    let labels = |severity: &str, tier: &str, long: &str, short: &str| {
        format!(
            "{{alertname=\"SloBurnPageFast\",alertstate=\"firing\",condition=\"slo_burn\",slo=\"detect\",\
             slo_type=\"availability\",severity=\"{severity}\",tier=\"{tier}\",long_window=\"{long}\",\
             short_window=\"{short}\"}}"
        )
    };
    let labels = labels("page", "page_fast", "1h", "5m");
    let case = burning(2_000).gives(1_500, &format!("count(ALERTS{labels})"), 1.0);
    let case = case.alert(
        1_500,
        "SloBurnPageFast",
        &[
            ("condition", "slo_burn"),
            ("slo", "detect"),
            ("slo_type", "availability"),
            ("severity", "page"),
            ("tier", "page_fast"),
            ("long_window", "1h"),
            ("short_window", "5m"),
        ],
        &[("summary", summary), ("description", description)],
    );
    assert_holds(&rules(30), 30, &[case]);
}

#[test]
fn tickets_look_days_back() {
    // Three clean days, then half a day in which 9 in 1,000 fail: 1.3 times too fast over three days, at last.
    let case = Case::new(60).series(GOOD, "0+1000x4320 4320991+991x720").series(BAD, "0+0x4320 9+9x720");
    let (begin, end) = (3 * 86_400, 3 * 86_400 + 43_200);
    let case = case.fires(begin, "SloBurnTicketSlow", 0).fires(end, "SloBurnTicketSlow", 1);
    // 4 hours at 9 are 1.5 over a day; 12 hours are 4.5.
    let case = case.fires(begin + 14_400, "SloBurnTicketFast", 0).fires(end, "SloBurnTicketFast", 1);
    let case = case.fires(begin + 14_400, "SloBurnTicketSlow", 0).fires(end, "SloBurnPageFast", 0);
    assert_holds(&rules(300), 300, &[case]);
}

#[test]
fn what_fires_keeps_firing_a_little_below() {
    // 15 in 1,000 for an hour, then 14, then 12.
    let case = Case::new(60).series(GOOD, "0+985x60 60086+986x60 119246+988x60");
    let case = case.series(BAD, "0+15x60 914+14x60 1752+12x60");
    let case = case.fires(3_000, "SloBurnPageFast", 1).fires(7_200, "SloBurnPageFast", 1);
    assert_holds(&rules(30), 30, &[case.fires(10_800, "SloBurnPageFast", 0)]);
}

#[test]
fn no_traffic_is_a_gap_and_no_alert() {
    let series = |case: Case| case.series(GOOD, "0x60 500x120").series(BAD, "0x60 500x120");
    let mut case = series(Case::new(15));
    for at in [600, 2_600] {
        for window in
            ["5m", "30m", "1h", "6h", "1d", "30d"].iter().filter(|window| at < 900 || **window == "5m")
        {
            case = case.gives_nothing(at, &format!("slo:sli_error:ratio_rate{window}"));
            case = case.gives_nothing(at, &format!("slo:burn_rate:ratio{window}"));
            case = case.gives(at, &format!("sum(slo:events:increase{window})"), 0.0);
        }
        case = case.fires(at, "SloDataMissing", 0);
    }
    let quiet =
        TIERS.iter().fold(case.gives_nothing(600, "slo:error_budget_remaining:ratio"), |case, (alert, _)| {
            case.fires(600, alert, 0)
        });
    assert_holds(&rules(30), 30, &[quiet]);
}

#[test]
fn the_first_events_after_a_start_need_to_be_enough() {
    // Nine events, two of them bad; a minute later a tenth, which is bad.
    let case = Case::new(15).series(GOOD, "0x20 7x60").series(BAD, "0x20 2x4 3x56");
    let case = case.fires(360, "SloBurnPageFast", 0).fires(420, "SloBurnPageFast", 1);
    // A process whose first scrape shows a thousand bad ones: nobody knows when they were.
    let started = Case::new(15).series(GOOD, "_x20 9000x60").series(BAD, "_x20 1000x60");
    let started = TIERS.iter().fold(started, |case, (alert, _)| case.fires(600, alert, 0));
    // Without a series of bad ones there are none.
    let no_bad = Case::new(15).series(GOOD, "0+100x60").gives(600, "sum(slo:sli_error:ratio_rate5m)", 0.0);
    let no_bad = no_bad.gives(600, "sum(slo:error_budget_remaining:ratio)", 1.0);
    assert_holds(&rules(30), 30, &[case, started, no_bad]);
}

#[test]
fn a_reset_is_no_burn() {
    let case = Case::new(15).series(GOOD, "0+1000x60 0+1000x60").series(BAD, "100+0x60 0x60");
    let case = TIERS.iter().fold(case, |case, (alert, _)| case.fires(1_000, alert, 0).fires(1_500, alert, 0));
    assert_holds(&rules(30), 30, &[case.gives(1_500, "sum(slo:bad:increase1h)", 0.0)]);
}

#[test]
fn a_tenant_that_appears_later_has_alerts_of_its_own() {
    let slo = Slo::availability("detect").per_tenant(10).build().expect("objective");
    let rules = rule_file(&[slo], &Options::default());
    let series = |tenant: &str, result: &str| {
        format!("its_slo_events_total{{slo=\"detect\",tenant=\"{tenant}\",result=\"{result}\"}}")
    };
    let gauge = |tenant: &str| format!("its_slo_objective_ratio{{slo=\"detect\",tenant=\"{tenant}\"}}");
    let case = Case::new(15)
        .series(&gauge("amsterdam"), "0.999x400")
        .series(&series("amsterdam", "good"), "0+1000x400")
        .series(&series("amsterdam", "bad"), "0x400")
        .series(&gauge("berlin"), "_x200 0.99x200")
        .series(&series("berlin", "good"), "_x200 0+500x200")
        .series(&series("berlin", "bad"), "_x200 0+500x200");
    let berlin = "count(ALERTS{alertname=\"SloBurnPageFast\",alertstate=\"firing\",tenant=\"berlin\"})";
    let case = case
        .fires(2_900, "SloBurnPageFast", 0)
        .gives(2_900, "count(slo:objective:ratio)", 1.0)
        .fires(4_500, "SloBurnPageFast", 1)
        .gives(4_500, berlin, 1.0)
        .gives(4_500, "count(slo:objective:ratio)", 2.0)
        .gives(4_500, "sum(slo:error_budget:ratio{tenant=\"berlin\"})", 0.01)
        .gives(4_500, "sum(slo:sli_error:ratio_rate1h{tenant=\"berlin\"})", 0.5)
        .gives(4_500, "sum(slo:burn_rate:ratio1h{tenant=\"berlin\"})", 50.0)
        .gives(4_500, "count(slo:error_budget_remaining:ratio)", 2.0)
        .fires(4_500, "SloDataMissing", 0);
    assert_holds(&rules, 30, &[case]);
}
