//! sloth: its own file and its resource.

use its_slo::import::sloth;
use its_slo::objective::{Budgeting, Indicator, Queries, Tier};

use crate::support::minutes;

const CHECKOUT: &str = r#"
version: prometheus/v1
service: checkout
labels: { team: payments, severity: high }
slos:
  - name: Calls
    objective: 99.95
    description: Calls succeed
    labels: { area: web }
    sli:
      events:
        error_query: sum(rate(calls_total{code=~"5.."}[{{.window}}]))
        total_query: sum(rate(calls_total[{{.window}}]))
    alerting:
      name: CheckoutCalls
      annotations: { summary: many calls fail }
      page_alert: { labels: { route: pager } }
      ticket_alert: { disable: true }
  - name: probes
    objective: 99
    sli: { raw: { error_ratio_query: "1 - avg_over_time(probe_success[{{.window}}])" } }
"#;

const RESOURCE: &str = r#"
apiVersion: sloth.slok.dev/v1
kind: PrometheusServiceLevel
metadata: { name: checkout, namespace: monitoring }
spec:
  service: checkout
  slos:
    - name: calls
      objective: 99.95
      sli: { events: { errorQuery: "sum(rate(bad[{{.window}}]))", totalQuery: "sum(rate(all[{{.window}}]))" } }
      alerting: { pageAlert: { disable: true } }
"#;

#[test]
fn objectives_of_sloth_become_rules_that_count_events() {
    let imported = sloth::import("checkout.yaml", CHECKOUT).expect("objectives");
    let [calls, probes] = &imported.slos[..] else { panic!("two objectives") };
    assert_eq!((calls.name(), calls.target(), calls.description()), ("calls", 0.9995, "Calls succeed"));
    assert_eq!(calls.budgeting(), &Budgeting::Occurrences);
    assert_eq!(calls.alerting().tiers, [Tier::PAGE_FAST, Tier::PAGE_SLOW]);
    let labels: Vec<_> = calls.labels().iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(labels, [("area", "web"), ("team", "payments")]);
    let queries =
        Queries::Raw { query: "1 - avg_over_time(probe_success[{{.window}}])".into(), is_success: false };
    assert_eq!(probes.indicator(), &Indicator::Queries(queries));
    assert_eq!(probes.budgeting(), &Budgeting::RatioTimeslices { slice: minutes(5) });
    assert_eq!(imported.services, ["checkout"]);
    let said: Vec<_> = imported.warnings.iter().map(ToString::to_string).collect();
    for part in [
        "checkout.yaml:6:11: calls: what the alerts have of their own is dropped: name \"CheckoutCalls\", annotation summary, label route;",
        "calls: the label \"severity\" is set by its-slo or by Prometheus",
        "probes: a ratio has no events to count",
    ] {
        assert!(said.iter().any(|line| line.contains(part)), "{part} in {said:#?}");
    }
}

#[test]
fn the_resource_says_the_same_in_camel_case() {
    let imported = sloth::import("resource.yaml", RESOURCE).expect("objectives");
    let queries = Queries::Ratio {
        part: "sum(rate(bad[{{.window}}]))".into(),
        part_is_good: false,
        total: "sum(rate(all[{{.window}}]))".into(),
    };
    assert_eq!(imported.slos[0].indicator(), &Indicator::Queries(queries));
    assert_eq!(imported.slos[0].alerting().tiers, [Tier::TICKET_FAST, Tier::TICKET_SLOW]);
    assert!(imported.warnings.is_empty(), "{:?}", imported.warnings);
}

#[test]
fn what_cannot_be_read_is_refused_with_place_and_remedy() {
    let table = [
        ("version: prometheus/v1", "version: prometheus/v9", "checkout.yaml:2:10: the version is not known"),
        ("objective: 99.95", "objective: 0.9995", "checkout.yaml:6:11: calls: the target 0.009995 must be"),
        ("raw: {", "plugin: { id: a }, raw: {", "run `sloth generate` once"),
        ("raw: { error_ratio_query:", "other: { query:", "sli needs one of events and raw"),
        ("error_query:", "eror_query:", "missing field `error_query`"),
        ("name: probes", "name: calls", "there are two objectives \"calls\""),
        ("slos:", "slos: [", "checkout.yaml:"),
    ];
    for (from, to, expected) in table {
        let error =
            sloth::import("checkout.yaml", &CHECKOUT.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(error.contains(expected), "{to}: {error}");
    }
    let error = sloth::import("empty.yaml", "version: prometheus/v1").expect_err("nothing").to_string();
    assert!(error.contains("a list `slos`"), "{error}");
}
