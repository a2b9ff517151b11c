//! Imported queries are used as they are.

use std::time::Duration;

use its_slo::Slo;
use its_slo::objective::{Budgeting, Indicator, Operator, Queries};
use its_slo::rules::{Options, RuleFile, rule_file};
use its_test_support::promtool_check_rules;

use super::promtool::{Case, assert_holds};

fn rules(queries: Queries, budgeting: Budgeting) -> RuleFile {
    let slo = Slo::builder("api", Indicator::Queries(queries)).target(0.99).budgeting(budgeting);
    let mut options = Options::default();
    options.sloth_names = true;
    options.service = Some("shop".into());
    let rules = rule_file(&[slo.build().expect("objective")], &options);
    promtool_check_rules(&rules.to_yaml()).expect("promtool takes it");
    rules
}

const MINUTE: Duration = Duration::from_secs(60);

#[test]
fn ratios_of_rates_count_events() {
    for (part, part_is_good) in [("code=\"500\"", false), ("code=\"200\"", true)] {
        let queries = Queries::Ratio {
            part: format!("sum(rate(http_requests_total{{{part}}}[{{{{.window}}}}]))"),
            part_is_good,
            total: "sum(rate(http_requests_total[{{.window}}]))".into(),
        };
        let case = Case::new(15)
            .series("http_requests_total{code=\"200\"}", "0x40 0+96x400")
            .series("http_requests_total{code=\"500\"}", "0x40 0+24x400")
            .gives_nothing(500, "slo:sli_error:ratio_rate5m{slo=\"api\"}")
            .gives(4_200, "round(sum(slo:events:increase30m))", 120.0 * 120.0)
            .gives(4_200, "round(sum(slo:sli_error:ratio_rate1h{slo=\"api\"}) * 1e9)", 0.2 * 1e9)
            .gives(4_200, "round(sum(slo:sli_error:ratio_rate3d{slo=\"api\"}) * 1e9)", 0.2 * 1e9)
            .gives(4_200, "round(sum(slo:error_budget_remaining:ratio{slo=\"api\"}) * 1e9)", -19e9)
            .fires(4_200, "SloBurnPageFast", 1)
            // And by sloth's names.
            .gives(4_200, "round(sum(slo:period_burn_rate:ratio{sloth_id=\"shop-api\"}) * 1e9)", 20e9)
            .gives(4_200, "round(sum(slo:sli_error:ratio_rate1h{sloth_window=\"1h\"}) * 1e9)", 0.2 * 1e9)
            .gives(4_200, "sum(sloth_slo_info{sloth_objective=\"99\",sloth_slo=\"api\"})", 1.0);
        assert_holds(&rules(queries, Budgeting::Occurrences), 30, &[case]);
    }
}

#[test]
fn ratios_that_are_no_numbers_are_left_out() {
    let queries = Queries::Raw { query: "good_events / all_events".into(), is_success: true };
    // No number, three quarters, infinitely many, all.
    let case = Case::new(30)
        .series("good_events", "0x10 3x10 1x10 1x10")
        .series("all_events", "0x10 4x10 0x10 1x10");
    let case = case.gives_nothing(240, "slo:sli_error:ratio_rate5m{slo=\"api\"}");
    let case = case.gives(1_290, "sum(slo:sli_error:ratio_rate1h{slo=\"api\"})", 0.125);
    assert_holds(&rules(queries, Budgeting::Occurrences), 30, &[case]);
}

#[test]
fn a_raw_ratio_is_asked_for_each_window() {
    let query = "1 - avg_over_time(up_ratio[{{.window}}])".to_owned();
    let case = Case::new(60).series("up_ratio", "1x60 0.5x10").gives(
        4_200,
        "sum(slo:sli_error:ratio_rate5m{slo=\"api\"})",
        0.5,
    );
    // Of the last hour ten minutes; at its begin one sample more or less.
    let day = "abs(sum(slo:sli_error:ratio_rate1h{slo=\"api\"}) - 5 / 60) < bool 2e-3";
    let case = case.gives(4_200, day, 1.0);
    assert_holds(&rules(Queries::Raw { query, is_success: false }, Budgeting::Occurrences), 30, &[case]);
}

#[test]
fn a_threshold_is_compared_in_each_slice() {
    let query = "max(latency_seconds)".to_owned();
    let queries = Queries::Threshold { query, operator: Operator::Lte, value: "0.2".into() };
    let case = Case::new(60).series("latency_seconds", "0.1x15 0.2x13 0.3x29");
    let case = case.gives(3_540, "sum(slo:sli_error:ratio_rate1h{slo=\"api\"})", 0.5);
    assert_holds(&rules(queries.clone(), Budgeting::Occurrences), 60, &[case]);
    // A slice of ten minutes is good when most of it is; not yet with the first bad minute of it.
    let slices = Budgeting::Timeslices { slice: 10 * MINUTE, target: 0.85 };
    let case = Case::new(60).series("latency_seconds", "0.1x29 0.3x29");
    let case = case.gives(1_800, "sum(slo:sli_error:ratio_sample)", 0.0).gives(
        1_920,
        "sum(slo:sli_error:ratio_sample)",
        1.0,
    );
    assert_holds(&rules(queries, slices), 60, &[case]);
}

#[test]
fn the_mean_of_ratios_is_there_for_who_asks_for_it() {
    // 1,000 good ones, then 40 of which half are bad.
    let queries = Queries::Ratio {
        part: "sum(increase(x_total{result=\"bad\"}[{{.window}}]))".into(),
        part_is_good: false,
        total: "sum(increase(x_total[{{.window}}]))".into(),
    };
    let series = |case: Case| {
        case.series("x_total{result=\"good\"}", "0+50x20 1001+1x19")
            .series("x_total{result=\"bad\"}", "0x20 1+1x19")
    };
    let mean = Budgeting::RatioTimeslices { slice: MINUTE };
    let case =
        series(Case::new(30)).gives(1_200, "round(100 * sum(slo:sli_error:ratio_rate1h{slo=\"api\"}))", 25.0);
    assert_holds(&rules(queries.clone(), mean), 60, &[case]);
    let case = series(Case::new(30)).gives(
        1_200,
        "round(1e4 * sum(slo:sli_error:ratio_rate1h{slo=\"api\"}))",
        192.0,
    );
    assert_holds(&rules(queries.clone(), Budgeting::Occurrences), 60, &[case]);
    // More than a tenth of each slice may be bad: ten of twenty slices are.
    let slices = Budgeting::Timeslices { slice: MINUTE, target: 0.9 };
    let case =
        series(Case::new(30)).gives(1_200, "round(100 * sum(slo:sli_error:ratio_rate1h{slo=\"api\"}))", 50.0);
    assert_holds(&rules(queries, slices), 60, &[case]);
}
