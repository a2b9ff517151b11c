//! The Prometheus Operator's resource.

use std::collections::BTreeMap;

use serde::Serialize;

use super::RuleFile;
use super::yaml::to_yaml;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PrometheusRule<'a> {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata<'a>,
    spec: &'a RuleFile,
}

#[derive(Serialize)]
struct Metadata<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: &'a BTreeMap<String, String>,
}

impl RuleFile {
    /// The Prometheus Operator's `PrometheusRule` (`monitoring.coreos.com/v1`) with these rules, as YAML. Its labels are
    /// [`Options::resource_labels`](super::Options::resource_labels).
    pub fn to_prometheus_rule(&self, name: &str, namespace: Option<&str>) -> String {
        let metadata = Metadata { name, namespace, labels: &self.resource_labels };
        to_yaml(&PrometheusRule {
            api_version: "monitoring.coreos.com/v1",
            kind: "PrometheusRule",
            metadata,
            spec: self,
        })
    }
}
