//! OpenSLO: each form of an indicator, a window and an alert; what is refused; and the way there and back.

use std::time::Duration;

use its_slo::Slo;
use its_slo::import::{Imported, openslo};
use its_slo::objective::{
    Budgeting, CalendarUnit, CalendarWindow, Indicator, Operator, Queries, Severity, Tier, Window,
};
use proptest::prelude::*;

use crate::file::slos;
use crate::support::{days, minutes};

/// The parts of a gateway's objectives, in documents that refer to each other.
const GATEWAY: &str = r#"
apiVersion: openslo/v1
kind: Service
metadata: { name: gateway }
spec: { description: Takes the calls of all cameras }
---
apiVersion: openslo/v1
kind: DataSource
metadata: { name: metrics }
spec: { type: Prometheus, connectionDetails: { url: "http://prometheus:9090" } }
---
apiVersion: openslo/v1
kind: SLI
metadata: { name: calls }
spec:
  ratioMetric:
    counter: true
    bad: { metricSource: { metricSourceRef: metrics, spec: { query: 'calls_total{code=~"5.."}' } } }
    total: { metricSource: { metricSourceRef: metrics, spec: { query: calls_total } } }
---
apiVersion: openslo/v1
kind: AlertCondition
metadata: { name: burns-fast }
spec:
  severity: page
  condition: { kind: burnrate, op: gte, threshold: 13.44, lookbackWindow: 1h, alertAfter: 5m }
---
apiVersion: openslo/v1
kind: AlertPolicy
metadata: { name: on-call }
spec:
  alertWhenBreaching: true
  alertWhenNoData: true
  conditions: [{ conditionRef: burns-fast }]
  notificationTargets: [{ targetRef: pager }]
---
apiVersion: openslo/v1
kind: AlertNotificationTarget
metadata: { name: pager }
spec: { target: pager }
---
apiVersion: openslo/v1
kind: Dashboard
metadata: { name: overview }
spec: [1, 2]
---
apiVersion: openslo/v1
kind: SLO
metadata:
  name: gateway-calls
  labels: { team: edge, tier: [a, b] }
spec:
  service: gateway
  description: Calls succeed
  indicatorRef: calls
  timeWindow: [{ duration: 28d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives:
    - { displayName: Promised, target: 0.99 }
    - { displayName: Wished, targetPercent: 99.9 }
  alertPolicies:
    - alertPolicyRef: on-call
    - kind: AlertPolicy
      metadata: { name: office-hours }
      spec:
        conditions:
          - kind: AlertCondition
            metadata: { name: burns-slowly }
            spec: { severity: sev3, condition: { op: lte, threshold: 2, lookbackWindow: 12h, alertAfter: 0m } }
"#;

fn import(text: &str) -> Imported {
    openslo::import("gateway.yaml", text).expect("objectives")
}

#[test]
fn documents_refer_to_each_other_and_each_objective_becomes_one() {
    let imported = import(GATEWAY);
    let [promised, wished] = &imported.slos[..] else { panic!("two objectives, not {:?}", imported.slos) };
    assert_eq!((promised.name(), promised.target()), ("gateway-calls-promised", 0.99));
    assert_eq!((wished.name(), wished.target()), ("gateway-calls-wished", 0.999));
    assert_eq!(imported.services, ["gateway"]);
    assert_eq!(promised.window(), &Window::Rolling(days(28)));
    let queries = Queries::Ratio {
        part: r#"sum(rate(calls_total{code=~"5.."}[{{.window}}]))"#.into(),
        part_is_good: false,
        total: "sum(rate(calls_total[{{.window}}]))".into(),
    };
    assert_eq!(promised.indicator(), &Indicator::Queries(queries));
    let [fast, slow] = &promised.alerting().tiers[..] else { panic!("two tiers") };
    assert_eq!(fast, &Tier::PAGE_FAST, "13.44 in 28 days is the workbook's first tier");
    assert_eq!((slow.severity, slow.long, slow.short), (Severity::Ticket, minutes(720), minutes(60)));
    assert_eq!((slow.name.as_ref(), slow.factor(days(28))), ("burns_slowly", 2.0));
    assert_eq!(promised.labels().keys().collect::<Vec<_>>(), ["team"]);
}

#[test]
fn what_is_dropped_is_said() {
    let said: Vec<_> = import(GATEWAY).warnings.iter().map(ToString::to_string).collect();
    for part in [
        "gateway.yaml:44:19: the kind \"Dashboard\" is not known and is left out",
        "the label \"tier\" is set by its-slo or by Prometheus; choose another name; it is dropped",
        "the notification targets pager of \"on-call\" are dropped",
        "alertWhenNoData of the policy \"on-call\" is dropped: the rules of each objective have SloDataMissing",
        "the severity \"sev3\" of the condition \"burns-slowly\" is taken as ticket",
        "is taken to alert above 2, not below",
    ] {
        assert!(said.iter().any(|line| line.contains(part)), "{part} in {said:#?}");
    }
}

fn slo(metadata: &str, spec: &str) -> String {
    format!("apiVersion: openslo/v1\nkind: SLO\nmetadata: {{ {metadata} }}\nspec:\n{spec}\n")
}

const OWN: &str = r#"
  indicator:
    spec:
      ratioMetric:
        counter: true
        good: { metricSource: { type: Prometheus, spec: { query: 'its_slo_events_total{slo="detect",result="good"}' } } }
        total: { metricSource: { type: Prometheus, spec: { query: 'sum(its_slo_events_total{slo="detect"})' } } }
  timeWindow: [{ duration: 1M, calendar: { startTime: 2026-01-01 00:00:00, timeZone: Europe/Amsterdam } }]"#;

#[test]
fn own_counters_are_tracked_by_the_process() {
    let text = slo("name: detect", &format!("{OWN}\n  objectives: [{{ target: 0.999 }}]"));
    let imported = import(&text);
    let month = CalendarWindow::new(CalendarUnit::Month, "Europe/Amsterdam").expect("zone");
    assert_eq!(imported.slos[0].indicator(), &Indicator::Events);
    assert_eq!(imported.slos[0].window(), &Window::Calendar(month));
    let renamed = import(&text.replace("name: detect", "name: analysis"));
    assert!(matches!(renamed.slos[0].indicator(), Indicator::Queries(_)));
    assert!(
        renamed.warnings[0].to_string().contains("count the objective \"detect\""),
        "{:?}",
        renamed.warnings
    );
}

#[test]
fn thresholds_and_ready_ratios_are_kept_as_queries() {
    let threshold = r#"
  indicator: { spec: { thresholdMetric: { metricSource: { type: prometheus, spec: { query: queue_length } } } } }
  timeWindow: [{ duration: 1w, isRolling: true }]
  budgetingMethod: Timeslices
  objectives: [{ op: lte, value: 12.5, target: 0.95, timeSliceTarget: 0.9, timeSliceWindow: 2 }]"#;
    let imported = import(&slo("name: queue", threshold));
    let queries =
        Queries::Threshold { query: "queue_length".into(), operator: Operator::Lte, value: "12.5".into() };
    assert_eq!(imported.slos[0].indicator(), &Indicator::Queries(queries));
    let budgeting = Budgeting::Timeslices { slice: minutes(2), target: 0.9 };
    assert_eq!(imported.slos[0].budgeting(), &budgeting, "a bare number is in minutes");
    assert_eq!(imported.slos[0].window(), &Window::Rolling(days(7)));
    let raw = r#"
  indicator: { spec: { ratioMetric: { rawType: success, raw: { metricSource: { type: Prometheus, spec: { query: up:ratio } } } } } }
  timeWindow: [{ duration: 1Q, calendar: { startTime: "2026-02-01 00:00:00", timeZone: UTC } }]
  budgetingMethod: RatioTimeslices
  objectives: [{ target: 0.95, timeSliceWindow: 5m }]"#;
    let imported = import(&slo("name: upstream", raw));
    let queries = Queries::Raw { query: "up:ratio".into(), is_success: true };
    assert_eq!(imported.slos[0].indicator(), &Indicator::Queries(queries));
    assert_eq!(imported.slos[0].budgeting(), &Budgeting::RatioTimeslices { slice: minutes(5) });
    assert!(imported.warnings[0].to_string().contains("is no begin of a quarter"), "{:?}", imported.warnings);
}

#[test]
fn what_cannot_be_read_is_refused_with_place_and_remedy() {
    let good = slo("name: detect", &format!("{OWN}\n  objectives: [{{ target: 0.999 }}]"));
    let table = [
        ("target: 0.999", "target: 99.9", "gateway.yaml:3:19: detect: the target 99.9 must be a ratio"),
        ("target: 0.999", "target: 0.9, targetPercent: 90", "keep one of them"),
        ("target: 0.999", "displayName: a", "add target, or targetPercent"),
        ("duration: 1M", "duration: 2M", "use 1w, 1M or 1Q"),
        ("Europe/Amsterdam", "Europe/Atlantis", "use a name of the IANA database"),
        ("2026-01-01 00:00:00", "soon", "write it as 2026-01-01 00:00:00"),
        ("type: Prometheus", "type: Datadog", "so give PromQL"),
        (
            "type: Prometheus",
            "metricSourceRef: elsewhere",
            "there is no DataSource \"elsewhere\"; add its document",
        ),
        ("good:", "bad: { metricSource: { spec: {} } }\n        good:", "keep one of these"),
        (
            "  timeWindow",
            "  budgetingMethod: Guesses\n  timeWindow",
            "use Occurrences, Timeslices or RatioTimeslices",
        ),
        ("  timeWindow", "  budgetingMethod: Timeslices\n  timeWindow", "timeSliceTarget is missing"),
        (
            "  timeWindow",
            "  alertPolicies: [{ alertPolicyRef: none }]\n  timeWindow",
            "there is no AlertPolicy",
        ),
        ("openslo/v1", "openslo/v1alpha", "convert it to openslo/v1"),
        ("kind: SLO", "kind: [", "gateway.yaml:"),
        ("kind: SLO\n", "", "`kind` comes after `spec`; put it before"),
    ];
    for (from, to, expected) in table {
        let error = openslo::import("gateway.yaml", &good.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(error.starts_with("gateway.yaml:") && error.contains(expected), "{to}: {error}");
    }
    let error = openslo::import("gateway.yaml", "").expect_err("nothing").to_string();
    assert!(error.contains("`kind: SLO`"), "{error}");
}

fn round_trip(slo: &Slo) -> Vec<Slo> {
    let yaml = openslo::export(std::slice::from_ref(slo), "gateway");
    openslo::import("export.yaml", &yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}")).slos
}

proptest! {
    #[test]
    fn what_is_exported_is_imported_as_the_same(slo in slos()) {
        prop_assert_eq!(round_trip(&slo), [slo]);
    }
}

#[test]
fn queries_are_exported_too() {
    for slo in [import(GATEWAY).slos.remove(0), {
        let queries =
            Queries::Threshold { query: "queue_length".into(), operator: Operator::Lt, value: "5".into() };
        let slo = Slo::builder("queue", Indicator::Queries(queries)).target(0.95);
        slo.budgeting(Budgeting::slices(Duration::from_secs(60))).build().expect("objective")
    }] {
        assert_eq!(round_trip(&slo), [slo]);
    }
}
