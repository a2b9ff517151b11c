//! The file's shape.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::syntax::{Located, Syntax};
use super::text::{Length, Ratio, WordOr};

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, bound(deserialize = "S: Syntax", serialize = ""))]
pub(super) struct Document<S> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) surroundings: Option<Around>,
    pub(super) objectives: Vec<Located<Objective<S>, S>>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, bound(deserialize = "S: Syntax", serialize = ""))]
pub(super) struct Objective<S> {
    pub(super) name: Located<String, S>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) calls_of: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) owner: String,
    pub(super) target: Located<Ratio, S>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) per_tenant: Option<Located<usize, S>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) window: Option<Located<WordOr<Calendar>, S>>,
    pub(super) indicator: Located<IndicatorTable, S>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) budgeting: Option<Located<BudgetingTable, S>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) labels: Option<Located<BTreeMap<String, String>, S>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) alerting: Option<Located<AlertingTable<S>, S>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) surroundings: Option<Around>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Unit {
    Week,
    Month,
    Quarter,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Calendar {
    pub(super) calendar: Unit,
    pub(super) time_zone: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum IndicatorTable {
    Availability,
    Latency { threshold: Length },
    Freshness { max_age: Length },
    Throughput { min_per_second: f64 },
    Probe,
    Events,
    Queries(QueriesTable),
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum QueriesTable {
    GoodRatio { good: String, total: String },
    BadRatio { bad: String, total: String },
    SuccessRatio { query: String },
    FailureRatio { query: String },
    Threshold { query: String, operator: Comparison, value: String },
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) enum Comparison {
    #[serde(rename = "<")]
    Lt,
    #[serde(rename = "<=")]
    Lte,
    #[serde(rename = ">")]
    Gt,
    #[serde(rename = ">=")]
    Gte,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum BudgetingTable {
    Occurrences,
    Timeslices { slice: Length, target: Ratio },
    RatioTimeslices { slice: Length },
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, bound(deserialize = "S: Syntax", serialize = ""))]
pub(super) struct AlertingTable<S> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) min_events: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) min_bad_events: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) resolve_ratio: Option<Ratio>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tiers: Option<Vec<Located<WordOr<TierTable>, S>>>,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SeverityWord {
    Page,
    Ticket,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TierTable {
    pub(super) name: String,
    pub(super) severity: SeverityWord,
    pub(super) long: Length,
    pub(super) short: Length,
    pub(super) budget_share: Ratio,
}

/// What is known about where an objective is used.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Around {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) events_per_second: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) scrape_interval: Option<Length>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) histogram_bounds: Option<Vec<f64>>,
}
