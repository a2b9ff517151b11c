//! Test files for promtool, and what it says to them.

use std::process::Command;
use std::sync::OnceLock;

use its_slo::rules::{Rule, RuleFile};
use its_test_support::{Tool, promtool_test_rules};
use serde_json::{Value, json};

/// One test of a file: series, and what expressions give.
#[derive(Debug)]
pub(crate) struct Case {
    /// Seconds between two samples.
    interval: u64,
    series: Vec<Value>,
    expressions: Vec<Value>,
    alerts: Vec<Value>,
    asked: usize,
}

impl Case {
    pub(crate) fn new(interval: u64) -> Self {
        Self { interval, series: Vec::new(), expressions: Vec::new(), alerts: Vec::new(), asked: 0 }
    }

    /// A series in promtool's notation, such as `0+1x60 _x5`.
    pub(crate) fn series(mut self, series: &str, values: &str) -> Self {
        self.series.push(json!({ "series": series, "values": values }));
        self
    }

    /// A series of these samples.
    pub(crate) fn samples(self, series: &str, samples: &[Option<u64>]) -> Self {
        let mut values = String::new();
        for sample in samples {
            values += &sample.map_or_else(|| "_ ".into(), |value| format!("{value} "));
        }
        self.series(series, values.trim_end())
    }

    /// After so many seconds, the expression gives this one value without labels.
    pub(crate) fn gives(mut self, at: u64, expr: &str, value: f64) -> Self {
        self.expressions.push(json!({
            "expr": expr, "eval_time": format!("{at}s"), "exp_samples": [{ "labels": "{}", "value": value }]
        }));
        self
    }

    /// After so many seconds, the expression gives nothing.
    pub(crate) fn gives_nothing(mut self, at: u64, expr: &str) -> Self {
        self.expressions.push(json!({ "expr": expr, "eval_time": format!("{at}s"), "exp_samples": [] }));
        self
    }

    /// Asks for the value of an expression, for [`values`].
    pub(crate) fn asks(mut self, at: u64, expr: &str) -> Self {
        self.asked += 1;
        // Nothing is like this, so that promtool always says what it got.
        let impossible = json!([{ "labels": "{impossible=\"yes\"}", "value": 0 }]);
        self.expressions
            .push(json!({ "expr": expr, "eval_time": format!("{at}s"), "exp_samples": impossible }));
        self
    }

    /// After so many seconds, so many alerts of this name fire.
    pub(crate) fn fires(self, at: u64, alert: &str, count: usize) -> Self {
        let expr = format!("count(ALERTS{{alertname=\"{alert}\",alertstate=\"firing\"}})");
        if count == 0 { self.gives_nothing(at, &expr) } else { self.gives(at, &expr, count as f64) }
    }

    /// After so many seconds, one alert of this name fires: with exactly these labels and annotations.
    pub(crate) fn alert(
        mut self,
        at: u64,
        alert: &str,
        labels: &[(&str, &str)],
        annotations: &[(&str, &str)],
    ) -> Self {
        let map = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), json!(value)))
                .collect::<serde_json::Map<_, _>>()
        };
        let expected = json!([{ "exp_labels": map(labels), "exp_annotations": map(annotations) }]);
        self.alerts
            .push(json!({ "alertname": alert, "eval_time": format!("{at}s"), "exp_alerts": expected }));
        self
    }

    fn json(&self) -> Value {
        let interval = format!("{}s", self.interval);
        json!({
            "interval": interval,
            "input_series": self.series,
            "promql_expr_test": self.expressions,
            "alert_rule_test": self.alerts,
        })
    }
}

/// YAML contains JSON.
fn file(interval: u64, cases: &[Case]) -> String {
    let tests: Vec<_> = cases.iter().map(Case::json).collect();
    json!({ "rule_files": ["rules.yml"], "evaluation_interval": format!("{interval}s"), "tests": tests })
        .to_string()
}

/// All of it holds. `interval` is that of the rules, in seconds.
#[track_caller]
pub(crate) fn assert_holds(rules: &RuleFile, interval: u64, cases: &[Case]) {
    if let Err(printed) = promtool_test_rules(&rules.to_yaml(), &file(interval, cases)) {
        panic!("{printed}");
    }
}

/// The values asked for, in order: `None` where there is none.
#[track_caller]
pub(crate) fn values(rules: &RuleFile, interval: u64, cases: &[Case]) -> Vec<Option<f64>> {
    let printed =
        promtool_test_rules(&rules.to_yaml(), &file(interval, cases)).expect_err("nothing is as expected");
    let got: Vec<_> = printed.lines().filter_map(|line| line.trim().strip_prefix("got:")).collect();
    let asked: usize = cases.iter().map(|case| case.asked).sum();
    assert_eq!(got.len(), asked, "{printed}");
    got.iter().map(|got| value(got.trim())).collect()
}

/// `{slo="detect"} 1.5E-03`, or `nil`.
fn value(got: &str) -> Option<f64> {
    if got == "nil" {
        return None;
    }
    let (_, number) = got.rsplit_once(' ').expect("a value");
    Some(number.parse().unwrap_or_else(|_| panic!("one value: {got}")))
}

/// Whether ranges are open on the left: since Prometheus 3.
pub(crate) fn ranges_are_open() -> bool {
    static OPEN: OnceLock<bool> = OnceLock::new();
    *OPEN.get_or_init(|| {
        let output = Command::new(Tool::Promtool.path()).arg("--version").output().expect("promtool runs");
        let version = String::from_utf8_lossy(&output.stdout).into_owned();
        let (_, version) = version.split_once("version ").expect("a version");
        let major: u32 =
            version.split('.').next().and_then(|major| major.parse().ok()).expect("a major version");
        major >= 3
    })
}

/// The expression of a recorded series, with those of the series that it reads in their place, so that it can be asked
/// for at one instant and need not be recorded at all others. `kept` are recorded.
pub(crate) fn inlined(rules: &RuleFile, group: &str, name: &str, kept: &[&str]) -> String {
    let records: Vec<_> = recorded(rules, group);
    let find = |name: &str| records.iter().find(|(record, _)| record == name).map(|(_, expr)| expr.clone());
    let mut expr = find(name).unwrap_or_else(|| panic!("no {name}"));
    let slo = group.strip_prefix("slo-").expect("a group's name");
    let selector = format!("{{slo=\"{slo}\"}}");
    for (record, value) in records.iter().rev().filter(|(record, _)| !kept.contains(&&**record)) {
        expr = expr.replace(&format!("{record}{selector}"), &format!("({value})"));
    }
    expr
}

fn recorded(rules: &RuleFile, group: &str) -> Vec<(String, String)> {
    let group = rules.groups.iter().find(|found| found.name == group).expect("the group");
    let recording = |rule: &Rule| match rule {
        Rule::Recording(rule) => Some((rule.record.clone(), rule.expr.clone())),
        Rule::Alerting(_) => None,
    };
    group.rules.iter().filter_map(recording).collect()
}

/// Only the rules that record these.
pub(crate) fn only(mut rules: RuleFile, kept: &[&str]) -> RuleFile {
    let keep = |rule: &Rule| matches!(rule, Rule::Recording(rule) if kept.contains(&&*rule.record));
    rules.groups.iter_mut().for_each(|group| group.rules.retain(keep));
    rules
}
