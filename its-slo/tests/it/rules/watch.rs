//! Figures that are missing, and sources that disagree.

use std::time::Duration;

use its_slo::Slo;
use its_slo::rules::{Options, RuleFile, rule_file};

use super::promtool::{Case, assert_holds};

fn rules(interval: u64) -> RuleFile {
    let slo = Slo::availability("detect").build().expect("objective");
    let mut options = Options::default();
    options.interval = Duration::from_secs(interval);
    rule_file(&[slo], &options)
}

fn series(name: &str, more: &str) -> String {
    format!("{name}{{slo=\"detect\",instance=\"a\"{more}}}")
}

fn running(scrapes: usize) -> Case {
    Case::new(15)
        .series(&series("its_slo_objective_ratio", ""), &format!("0.999x{scrapes}"))
        .series(&series("its_slo_events_total", ",result=\"good\""), &format!("0+100x{scrapes}"))
        .series(&series("its_slo_events_total", ",result=\"bad\""), &format!("0x{scrapes}"))
}

#[test]
fn data_that_is_missing_is_told() {
    // The process ends after ten minutes; five later nothing is left in five minutes, and five later it is told.
    let gone = running(40).fires(600, "SloDataMissing", 0).fires(1_140, "SloDataMissing", 0);
    let gone = gone.fires(1_260, "SloDataMissing", 1);
    let never = Case::new(15).fires(240, "SloDataMissing", 0).fires(360, "SloDataMissing", 1);
    let never = never.gives(360, "sum(slo:objective:ratio)", 0.999);
    assert_holds(&rules(30), 30, &[gone, never]);
    // Also when everybody has forgotten it.
    let long_gone = running(40).fires(80_000, "SloDataMissing", 1).fires(100_000, "SloDataMissing", 1);
    assert_holds(&rules(300), 300, &[long_gone]);
}

#[test]
fn a_scrape_or_two_that_fail_are_not_missing_data() {
    let case = Case::new(15)
        .series(&series("its_slo_objective_ratio", ""), "0.999x40 _x8 0.999x60")
        .series(&series("its_slo_events_total", ",result=\"good\""), "0+100x40 _x8 4900+100x60");
    assert_holds(
        &rules(30),
        30,
        &[(600..1_500).step_by(60).fold(case, |case, at| case.fires(at, "SloDataMissing", 0))],
    );
}

#[test]
fn sources_that_disagree_are_told() {
    // 10 bad ones in 1,000 by the counters; by the process's own window as many, or half, or it has just begun.
    let counters = |case: Case| {
        case.series(&series("its_slo_objective_ratio", ""), "0.999x600")
            .series(&series("its_slo_events_total", ",result=\"good\""), "0+990x600")
            .series(&series("its_slo_events_total", ",result=\"bad\""), "0+10x600")
    };
    let window = |case: Case, bad: u64, history: &str| {
        let (good, bad) = (240_000 - bad, bad);
        counters(case)
            .series(
                &series("its_slo_window_events", ",window=\"1h\",result=\"good\""),
                &format!("{good}x600"),
            )
            .series(&series("its_slo_window_events", ",window=\"1h\",result=\"bad\""), &format!("{bad}x600"))
            .series(&series("its_slo_history_seconds", ""), history)
    };
    let agree = window(Case::new(15), 2_400, "3600x600").fires(8_400, "SloSourcesDisagree", 0);
    let nearly = window(Case::new(15), 2_200, "3600x600").fires(8_400, "SloSourcesDisagree", 0);
    let disagree = window(Case::new(15), 1_200, "3600x600").fires(8_400, "SloSourcesDisagree", 1);
    let young = window(Case::new(15), 1_200, "0+5x600").fires(8_400, "SloSourcesDisagree", 0);
    // A second process has come within the hour: what it counted before is in no window of the other.
    let other = "its_slo_window_events{slo=\"detect\",instance=\"b\",window=\"1h\",result=\"bad\"}";
    let grown = window(Case::new(15), 1_200, "3600x600").series(other, "_x400 0x200");
    let grown = grown.fires(8_400, "SloSourcesDisagree", 0);
    assert_holds(&rules(30), 30, &[agree, nearly, disagree, young, grown]);
}
