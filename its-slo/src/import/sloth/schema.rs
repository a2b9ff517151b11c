//! sloth's shape; the resource writes the same in camel case.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::file::syntax::{Located, Yaml};

#[derive(Debug, Deserialize)]
pub(super) struct Document {
    #[serde(default)]
    pub(super) version: Option<Located<String, Yaml>>,
    #[serde(default, rename = "apiVersion")]
    pub(super) api_version: Option<Located<String, Yaml>>,
    #[serde(default)]
    pub(super) spec: Option<Spec>,
    #[serde(default)]
    service: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    slos: Vec<Located<SloSpec, Yaml>>,
}

impl Document {
    /// Its own file has no `spec` around it.
    pub(super) fn into_spec(self) -> Spec {
        self.spec.unwrap_or(Spec { service: self.service, labels: self.labels, slos: self.slos })
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Spec {
    #[serde(default)]
    pub(super) service: String,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) slos: Vec<Located<SloSpec, Yaml>>,
}

#[derive(Debug, Deserialize)]
pub(super) struct SloSpec {
    pub(super) name: Located<String, Yaml>,
    #[serde(default)]
    pub(super) description: String,
    /// In percent.
    pub(super) objective: f64,
    #[serde(default)]
    pub(super) labels: BTreeMap<String, String>,
    pub(super) sli: Sli,
    #[serde(default)]
    pub(super) alerting: Alerting,
}

#[derive(Debug, Deserialize)]
pub(super) struct Sli {
    #[serde(default)]
    pub(super) events: Option<Events>,
    #[serde(default)]
    pub(super) raw: Option<Raw>,
    #[serde(default)]
    pub(super) plugin: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Events {
    #[serde(alias = "errorQuery")]
    pub(super) error_query: String,
    #[serde(alias = "totalQuery")]
    pub(super) total_query: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Raw {
    #[serde(alias = "errorRatioQuery")]
    pub(super) error_ratio_query: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Alerting {
    #[serde(default)]
    name: String,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
    #[serde(default, alias = "pageAlert")]
    pub(super) page_alert: Alert,
    #[serde(default, alias = "ticketAlert")]
    pub(super) ticket_alert: Alert,
}

impl Alerting {
    /// What it says that generated alerts do not take over.
    pub(super) fn texts(&self) -> Vec<String> {
        let name = (!self.name.is_empty()).then(|| format!("name {:?}", self.name));
        name.into_iter().chain(named(&self.labels, &self.annotations)).collect()
    }
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Alert {
    #[serde(default)]
    pub(super) disable: bool,
    #[serde(default)]
    labels: BTreeMap<String, String>,
    #[serde(default)]
    annotations: BTreeMap<String, String>,
}

impl Alert {
    /// As [`Alerting::texts`].
    pub(super) fn texts(&self) -> Vec<String> {
        named(&self.labels, &self.annotations).collect()
    }
}

fn named<'a>(
    labels: &'a BTreeMap<String, String>,
    annotations: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = String> + 'a {
    let labels = labels.keys().map(|label| format!("label {label}"));
    labels.chain(annotations.keys().map(|annotation| format!("annotation {annotation}")))
}
