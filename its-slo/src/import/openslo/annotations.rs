//! What OpenSLO has no field for.

use std::str::FromStr;

use super::schema::Metadata;
use crate::objective::{Alerting, Indicator, Tier};
use crate::{Slo, SloBuilder, duration};

pub(super) fn of(slo: &Slo, name: &str) -> Metadata {
    let mut metadata = Metadata::named(name);
    if slo.name() != name {
        metadata.annotate("name", slo.name());
    }
    if slo.calls_of() != slo.name() {
        metadata.annotate("calls-of", slo.calls_of());
    }
    if !slo.owner().is_empty() {
        metadata.annotate("owner", slo.owner());
    }
    if let Some(limit) = slo.per_tenant() {
        metadata.annotate("per-tenant", limit);
    }
    let (alerting, usual) = (slo.alerting(), Alerting::default());
    if alerting.min_events != usual.min_events {
        metadata.annotate("min-events", alerting.min_events);
    }
    if alerting.min_bad_events != usual.min_bad_events {
        metadata.annotate("min-bad-events", alerting.min_bad_events);
    }
    if alerting.resolve_ratio != usual.resolve_ratio {
        metadata.annotate("resolve-ratio", alerting.resolve_ratio);
    }
    if let Some(text) = indicator_text(slo.indicator()) {
        metadata.annotate("indicator", text);
    }
    metadata
}

pub(super) fn add(mut builder: SloBuilder, metadata: &Metadata) -> Result<SloBuilder, String> {
    if let Some(name) = metadata.annotation("calls-of") {
        builder = builder.calls_of(name);
    }
    if let Some(owner) = metadata.annotation("owner") {
        builder = builder.owner(owner);
    }
    if let Some(limit) = number(metadata, "per-tenant")? {
        builder = builder.per_tenant(limit);
    }
    Ok(builder)
}

pub(super) fn alerting(metadata: &Metadata, tiers: Vec<Tier>) -> Result<Alerting, String> {
    let mut alerting = Alerting::of(tiers);
    alerting.min_events = number(metadata, "min-events")?.unwrap_or(alerting.min_events);
    alerting.min_bad_events = number(metadata, "min-bad-events")?.unwrap_or(alerting.min_bad_events);
    alerting.resolve_ratio = number(metadata, "resolve-ratio")?.unwrap_or(alerting.resolve_ratio);
    Ok(alerting)
}

/// What the process judges, for an objective that it tracks.
pub(super) fn indicator(metadata: &Metadata) -> Result<Option<Indicator>, String> {
    let Some(text) = metadata.annotation("indicator") else { return Ok(None) };
    let (kind, value) = text.split_once(' ').unwrap_or((text, ""));
    let wrong = || {
        format!(
            "the annotation its-slo/indicator {text:?} is not known; write for example availability or latency 100ms"
        )
    };
    Ok(Some(match kind {
        "availability" => Indicator::Availability,
        "probe" => Indicator::Probe,
        "events" => Indicator::Events,
        "latency" => Indicator::Latency { threshold: duration::parse(value)? },
        "freshness" => Indicator::Freshness { max_age: duration::parse(value)? },
        "throughput" => Indicator::Throughput { min_per_second: value.parse().map_err(|_| wrong())? },
        _ => return Err(wrong()),
    }))
}

fn indicator_text(indicator: &Indicator) -> Option<String> {
    let kind = indicator.as_str();
    match indicator {
        Indicator::Latency { threshold: value } | Indicator::Freshness { max_age: value } => {
            Some(format!("{kind} {}", duration::write(*value)))
        }
        Indicator::Throughput { min_per_second } => Some(format!("{kind} {min_per_second}")),
        Indicator::Queries(_) => None,
        _ => Some(kind.into()),
    }
}

pub(super) fn number<T: FromStr>(metadata: &Metadata, name: &str) -> Result<Option<T>, String> {
    let Some(text) = metadata.annotation(name) else { return Ok(None) };
    let number = text
        .parse()
        .map_err(|_| format!("the annotation its-slo/{name} {text:?} is no number; correct it"))?;
    Ok(Some(number))
}
