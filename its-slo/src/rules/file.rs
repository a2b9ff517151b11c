//! A rule file, as data.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::duration::promql;

/// Prometheus' rule file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RuleFile {
    /// One for each objective.
    pub groups: Vec<Group>,
    /// Labels of the Operator's resource; a rule file has none.
    #[serde(skip)]
    pub resource_labels: BTreeMap<String, String>,
}

/// Rules that are evaluated one after the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Group {
    /// Unique within the file.
    pub name: String,
    /// How often they are evaluated.
    #[serde(serialize_with = "duration")]
    pub interval: Duration,
    /// In the order of evaluation.
    pub rules: Vec<Rule>,
}

/// A rule of either kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Rule {
    /// Records a series.
    Recording(RecordingRule),
    /// Fires an alert.
    Alerting(AlertingRule),
}

/// A series that is recorded.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RecordingRule {
    /// Name of the series.
    pub record: String,
    /// What is recorded.
    pub expr: String,
    /// Set on each sample.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AlertingRule {
    /// Its name.
    pub alert: String,
    /// It fires for each series of the result.
    pub expr: String,
    /// How long it must hold before it fires.
    #[serde(rename = "for", skip_serializing_if = "Duration::is_zero", serialize_with = "duration")]
    pub hold: Duration,
    /// Set on each alert.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// For people.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

impl RuleFile {
    /// The file, as YAML.
    pub fn to_yaml(&self) -> String {
        super::yaml::to_yaml(self)
    }
}

fn duration<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&promql(*duration))
}
