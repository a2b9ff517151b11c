//! A document, read by its kind, and references between documents.

use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::schema::{AlertPolicySpec, ConditionSpec, DataSourceSpec, Metadata, SliSpec, SloSpec};
use crate::file::Place;

#[derive(Debug)]
pub(super) struct Object {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) metadata: Metadata,
    pub(super) spec: Spec,
}

#[derive(Debug)]
pub(super) enum Spec {
    Slo(Box<SloSpec>),
    Sli(Box<SliSpec>),
    AlertPolicy(AlertPolicySpec),
    AlertCondition(ConditionSpec),
    DataSource(DataSourceSpec),
    /// Of a known kind that says nothing about an objective.
    Other,
    Unknown,
}

impl Spec {
    pub(super) fn sli(&self) -> Option<&SliSpec> {
        if let Self::Sli(spec) = self { Some(spec) } else { None }
    }

    pub(super) fn alert_policy(&self) -> Option<&AlertPolicySpec> {
        if let Self::AlertPolicy(spec) = self { Some(spec) } else { None }
    }

    pub(super) fn alert_condition(&self) -> Option<&ConditionSpec> {
        if let Self::AlertCondition(spec) = self { Some(spec) } else { None }
    }

    pub(super) fn data_source(&self) -> Option<&DataSourceSpec> {
        if let Self::DataSource(spec) = self { Some(spec) } else { None }
    }
}

impl Object {
    pub(super) fn place(&self) -> Option<Place> {
        self.metadata.name.mark.place("")
    }
}

/// All documents of a text.
#[derive(Debug)]
pub(super) struct Objects(pub(super) Vec<Object>);

impl Objects {
    /// What `name` refers to, among those that `select` takes.
    pub(super) fn find<'a, T>(
        &'a self,
        kind: &str,
        name: &str,
        select: impl Fn(&'a Spec) -> Option<T>,
    ) -> Result<(&'a Metadata, T), String> {
        let named = self.0.iter().filter(|object| object.metadata.name.value == name);
        let mut found = named.filter_map(|object| Some((&object.metadata, select(&object.spec)?)));
        found.next().ok_or_else(|| format!("there is no {kind} {name:?}; add its document to the file"))
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of OpenSLO with apiVersion, kind, metadata and spec")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let (mut api_version, mut kind, mut metadata, mut spec) = (None, None::<String>, None, None);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "apiVersion" => api_version = Some(map.next_value()?),
                "kind" => kind = Some(map.next_value()?),
                "metadata" => metadata = Some(map.next_value()?),
                "spec" => {
                    let kind = kind.as_deref();
                    let kind =
                        kind.ok_or_else(|| A::Error::custom("`kind` comes after `spec`; put it before"))?;
                    spec = Some(read_spec(kind, &mut map)?);
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let missing = A::Error::missing_field;
        Ok(Object {
            api_version: api_version.ok_or_else(|| missing("apiVersion"))?,
            kind: kind.ok_or_else(|| missing("kind"))?,
            metadata: metadata.ok_or_else(|| missing("metadata"))?,
            spec: spec.ok_or_else(|| missing("spec"))?,
        })
    }
}

fn read_spec<'de, A: MapAccess<'de>>(kind: &str, map: &mut A) -> Result<Spec, A::Error> {
    Ok(match kind {
        "SLO" => Spec::Slo(map.next_value()?),
        "SLI" => Spec::Sli(map.next_value()?),
        "AlertPolicy" => Spec::AlertPolicy(map.next_value()?),
        "AlertCondition" => Spec::AlertCondition(map.next_value()?),
        "DataSource" => Spec::DataSource(map.next_value()?),
        "Service" | "AlertNotificationTarget" => {
            map.next_value::<IgnoredAny>()?;
            Spec::Other
        }
        _ => {
            map.next_value::<IgnoredAny>()?;
            Spec::Unknown
        }
    })
}
