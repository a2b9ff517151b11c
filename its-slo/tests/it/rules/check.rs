//! promtool takes whatever is generated, and one file is as it was.

use std::time::Duration;

use its_slo::Slo;
use its_slo::objective::{Alerting, Budgeting, CalendarUnit, CalendarWindow, Tier, Window};
use its_slo::rules::{Options, Rule, rule_file};
use its_test_support::promtool_check_rules;

use crate::support::{days, hours};

fn options() -> Options {
    let mut options = Options::default();
    options.service = Some("vision \"two\"".into());
    options.runbook_url = Some("https://runbooks.example/slo/".into());
    options.dashboard_url = Some("https://dashboards.example/slo".into());
    options.source_labels.insert("job".into(), "vision".into());
    options
}

/// One of each kind.
fn slos() -> Vec<Slo> {
    let calendar = |unit| Window::Calendar(CalendarWindow::new(unit, "Europe/Amsterdam").expect("a zone"));
    let slices = Budgeting::Timeslices { slice: Duration::from_secs(60), target: 0.95 };
    let odd = Tier { name: "gone by \"noon\"".into(), long: hours(12), short: hours(1), ..Tier::PAGE_FAST };
    [
        Slo::availability("detect").owner("vision").description("Calls {{ succeed }}, 100 % of \"them\"."),
        Slo::latency("detect-fast", Duration::from_millis(100)).target(0.95).alerting(Alerting::tickets()),
        Slo::freshness("fresh", Duration::from_secs(2))
            .rolling(days(7))
            .alerting(Alerting::standard().and_flash()),
        Slo::throughput("fps", 24.0).target(0.99).alerting(Alerting::none()),
        Slo::availability("sliced").budgeting(slices).rolling(hours(4)).label("zone", "{{ a }}"),
        Slo::probe("up").window(calendar(CalendarUnit::Month)),
        Slo::events("weekly").window(calendar(CalendarUnit::Week)).per_tenant(20),
        Slo::events("quarterly").window(calendar(CalendarUnit::Quarter)),
        Slo::events("tenants").per_tenant(100).alerting(Alerting::of(vec![odd])),
    ]
    .map(|slo| slo.build().expect("objective"))
    .into()
}

#[test]
fn promtool_takes_every_kind() {
    for sloth_names in [false, true] {
        let mut options = options();
        options.sloth_names = sloth_names;
        let rules = rule_file(&slos(), &options).to_yaml();
        promtool_check_rules(&rules).unwrap_or_else(|printed| panic!("{printed}\n{rules}"));
    }
}

#[test]
fn all_series_of_an_objective_have_the_same_labels() {
    for group in rule_file(&slos(), &options()).groups {
        let labels: Vec<_> = group
            .rules
            .iter()
            .filter_map(|rule| match rule {
                Rule::Recording(rule) => Some(&rule.labels),
                Rule::Alerting(_) => None,
            })
            .collect();
        assert!(labels.len() > 10 && labels.windows(2).all(|two| two[0] == two[1]), "{}", group.name);
    }
}

#[test]
fn the_operators_resource_has_the_same_groups() {
    let mut options = options();
    options.resource_labels.insert("release".into(), "prometheus".into());
    let rules = rule_file(&slos(), &options);
    let resource = rules.to_prometheus_rule("slo-rules", Some("vision"));
    let (head, spec) = resource.split_once("spec:\n").expect("a spec");
    let expected = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: slo-rules\n  \
                    namespace: vision\n  labels:\n    release: prometheus\n";
    assert_eq!(head, expected);
    let unindented: String =
        spec.lines().map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or(line))).collect();
    promtool_check_rules(&unindented).expect("the spec is a rule file");
}

/// Read by people who want to know what is generated, and whoever changes it sees what changes.
#[test]
fn the_checked_in_file_is_what_is_generated() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/detect.rules.yml");
    let mut options = Options::default();
    options.service = Some("vision".into());
    options.runbook_url = Some("https://runbooks.example/slo".into());
    let slo =
        Slo::availability("detect").owner("vision-team").description("Detections succeed.").per_tenant(100);
    let rules = rule_file(&[slo.build().expect("objective")], &options).to_yaml();
    if std::env::var_os("ITS_BLESS").is_some() {
        std::fs::write(path, rules).expect("the file");
    } else {
        let known = std::fs::read_to_string(path).expect("the file");
        assert_eq!(known, rules, "run the test once with ITS_BLESS=1 to write the file anew");
    }
}
