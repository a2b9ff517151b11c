//! What all rules of one objective share: labels, selectors, lengths.

use std::collections::BTreeMap;
use std::time::Duration;

use super::windows::BASE;
use super::{Options, RecordingRule, Rule};
use crate::Slo;
use crate::duration::promql;

/// An objective, and how its rules are to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub(super) slo: &'a Slo,
    pub(super) options: &'a Options,
}

impl Context<'_> {
    /// The labels of all its series: the same on each, for alerts compare them one to one.
    pub(super) fn labels(&self) -> BTreeMap<String, String> {
        let mut labels = self.slo.labels().clone();
        let mut set = |name: &str, value: &str| labels.insert(name.into(), value.into());
        set("slo", self.slo.name());
        set("slo_type", self.slo.indicator().as_str());
        if let Some(service) = &self.options.service {
            set("service", service);
        }
        if !self.slo.owner().is_empty() {
            set("owner", self.slo.owner());
        }
        labels
    }

    /// The matchers of its recorded series.
    fn own(&self) -> String {
        let service = self.options.service.as_ref();
        let service = service.map(|service| format!(",service={}", quoted(service))).unwrap_or_default();
        format!("slo={}{service}", quoted(self.slo.name()))
    }

    /// One of its recorded series, such as `slo:events:rate5m{slo="detect"}`.
    pub(super) fn series(&self, name: &str) -> String {
        format!("{name}{{{}}}", self.own())
    }

    /// One of its recorded series, with a further matcher.
    pub(super) fn series_with(&self, name: &str, matcher: &str) -> String {
        format!("{name}{{{},{matcher}}}", self.own())
    }

    /// A series that the process exports, with further matchers.
    pub(super) fn exported(&self, name: &str, matchers: &str) -> String {
        let source = self.options.source_labels.iter();
        let source: String = source.map(|(label, value)| format!(",{label}={}", quoted(value))).collect();
        let comma = if matchers.is_empty() { "" } else { "," };
        format!("{name}{{slo={}{source}{comma}{matchers}}}", quoted(self.slo.name()))
    }

    /// By what events are summed.
    pub(super) fn by(&self) -> &'static str {
        if self.slo.per_tenant().is_some() { "by (slo, tenant)" } else { "by (slo)" }
    }

    /// A window as a range, such as `5m`.
    pub(super) fn range(&self, window: Duration) -> String {
        promql(window / self.options.compression)
    }

    /// How often the rules are evaluated: what the staged windows are made of must overlap.
    pub(super) fn interval(&self) -> Duration {
        self.options.interval.min(BASE)
    }

    /// Seconds of a window, as they pass.
    pub(super) fn seconds(&self, window: Duration) -> f64 {
        (window / self.options.compression).as_secs_f64()
    }

    pub(super) fn record(&self, name: impl Into<String>, expr: impl Into<String>) -> Rule {
        Rule::Recording(RecordingRule { record: name.into(), expr: expr.into(), labels: self.labels() })
    }
}

/// A PromQL string.
pub(super) fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n");
    format!("\"{escaped}\"")
}

/// Text of the user's in a place that Prometheus takes for a template.
pub(super) fn literal(text: &str) -> String {
    text.replace("{{", r#"{{ "{{" }}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_users_write_stays_text() {
        assert_eq!(quoted("a\"b\\c\n"), r#""a\"b\\c\n""#);
        assert_eq!(literal("a {{ b }}"), r#"a {{ "{{" }} b }}"#);
    }
}
