//! OpenSLO's shape.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::file::syntax::{Located, Yaml};

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) name: Located<String, Yaml>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) labels: BTreeMap<String, OneOrMany>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) annotations: BTreeMap<String, String>,
}

impl Metadata {
    pub(super) fn named(name: impl Into<String>) -> Self {
        let name = name.into().into();
        Self { name, labels: BTreeMap::new(), annotations: BTreeMap::new() }
    }

    /// One of this crate's own annotations.
    pub(super) fn annotation(&self, name: &str) -> Option<&str> {
        self.annotations.get(&format!("its-slo/{name}")).map(String::as_str)
    }

    pub(super) fn annotate(&mut self, name: &str, value: impl ToString) {
        self.annotations.insert(format!("its-slo/{name}"), value.to_string());
    }
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl OneOrMany {
    pub(super) fn joined(&self) -> String {
        match self {
            Self::One(value) => value.clone(),
            Self::Many(values) => values.join(","),
        }
    }
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SloSpec {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
    #[serde(default)]
    pub(super) service: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) indicator: Option<Inline<SliSpec>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) indicator_ref: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) time_window: Option<Vec<TimeWindow>>,
    #[serde(default = "occurrences")]
    pub(super) budgeting_method: String,
    pub(super) objectives: Vec<Located<Objective, Yaml>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) alert_policies: Vec<PolicyEntry>,
}

fn occurrences() -> String {
    "Occurrences".into()
}

/// A document within another.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Inline<T> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Metadata>,
    pub(super) spec: T,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TimeWindow {
    pub(super) duration: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) is_rolling: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) calendar: Option<Calendar>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Calendar {
    pub(super) start_time: String,
    pub(super) time_zone: String,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Objective {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) display_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) op: Option<Op>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) target_percent: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) time_slice_target: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) time_slice_window: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) indicator: Option<Inline<SliSpec>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) indicator_ref: Option<String>,
    #[serde(default, skip_serializing)]
    pub(super) composite_weight: Option<IgnoredAny>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Op {
    Lt,
    Lte,
    Gt,
    Gte,
}

/// A number, or a text such as `5m`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub(super) enum Number {
    Number(f64),
    Text(String),
}

impl Number {
    pub(super) fn of(text: &str) -> Self {
        match text.parse::<f64>() {
            Ok(number) if number.to_string() == text => Self::Number(number),
            _ => Self::Text(text.into()),
        }
    }

    pub(super) fn text(&self) -> String {
        self.with_unit("")
    }

    /// A bare number is in `unit`.
    pub(super) fn with_unit(&self, unit: &str) -> String {
        match self {
            Self::Number(number) => format!("{number}{unit}"),
            Self::Text(text) => text.clone(),
        }
    }
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SliSpec {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) threshold_metric: Option<Metric>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ratio_metric: Option<RatioMetric>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RatioMetric {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) counter: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) good: Option<Metric>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) bad: Option<Metric>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) total: Option<Metric>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) raw_type: Option<RawType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) raw: Option<Metric>,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawType {
    Success,
    Failure,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metric {
    pub(super) metric_source: MetricSource,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MetricSource {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metric_source_ref: Option<String>,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) spec: QuerySpec,
}

/// What else a source has is its own matter.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct QuerySpec {
    #[serde(default, alias = "promql")]
    pub(super) query: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct DataSourceSpec {
    #[serde(default, rename = "type")]
    pub(super) kind: String,
}

/// A policy, or where it is.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PolicyEntry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) alert_policy_ref: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Metadata>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) spec: Option<AlertPolicySpec>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AlertPolicySpec {
    #[serde(default)]
    pub(super) alert_when_no_data: bool,
    #[serde(default)]
    pub(super) alert_when_resolved: bool,
    #[serde(default = "yes")]
    pub(super) alert_when_breaching: bool,
    #[serde(default)]
    pub(super) conditions: Vec<ConditionEntry>,
    #[serde(default)]
    pub(super) notification_targets: Vec<TargetEntry>,
}

fn yes() -> bool {
    true
}

/// A condition, or where it is.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConditionEntry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) condition_ref: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Metadata>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) spec: Option<ConditionSpec>,
}

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct ConditionSpec {
    #[serde(default)]
    pub(super) severity: String,
    pub(super) condition: Condition,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Condition {
    #[serde(default = "burnrate")]
    pub(super) kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) op: Option<Op>,
    pub(super) threshold: f64,
    pub(super) lookback_window: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) alert_after: Option<Number>,
}

fn burnrate() -> String {
    "burnrate".into()
}

/// Who is told, or where that is said.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TargetEntry {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) target_ref: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Metadata>,
}
