//! Indicators: queries of Prometheus, or one of this crate's own counters.

use super::annotations;
use super::object::{Objects, Spec};
use super::schema::{
    Inline, Metadata, Metric, MetricSource, Number, Objective, Op, QuerySpec, RatioMetric, RawType, SliSpec,
    SloSpec,
};
use crate::Slo;
use crate::import::selector::{over_window, own_counter};
use crate::objective::{Indicator, Operator, Queries};

/// Sources that understand PromQL.
const PROMETHEUS: [&str; 7] =
    ["prometheus", "thanos", "mimir", "grafanamimir", "cortex", "victoriametrics", "amazonprometheus"];

pub(super) fn import(
    objects: &Objects,
    name: &str,
    spec: &SloSpec,
    objective: &Objective,
    metadata: &Metadata,
    warn: &mut impl FnMut(String),
) -> Result<Indicator, String> {
    let sli = sli(objects, spec, objective)?;
    let queries = match (&sli.threshold_metric, &sli.ratio_metric) {
        (Some(metric), None) => threshold(query(objects, metric)?, objective)?,
        (None, Some(ratio)) => ratio_queries(objects, ratio)?,
        _ => return Err("its indicator needs one of thresholdMetric and ratioMetric; write one".into()),
    };
    let Some(counted) = own(&queries) else {
        warn_of_range(&queries, warn);
        return Ok(Indicator::Queries(queries));
    };
    if counted != name {
        warn(format!(
            "its queries count the objective {counted:?}; give it that name if the process is to track it"
        ));
        return Ok(Indicator::Queries(queries));
    }
    Ok(annotations::indicator(metadata)?.unwrap_or(match queries {
        Queries::Threshold { operator: Operator::Gte, ref value, .. } if value.parse::<f64>().is_ok() => {
            Indicator::Throughput { min_per_second: value.parse().unwrap_or_default() }
        }
        Queries::Ratio { .. } => Indicator::Events,
        other => Indicator::Queries(other),
    }))
}

/// The objective's own, else that of all; written in place, else what is referred to.
fn sli<'a>(objects: &'a Objects, spec: &'a SloSpec, objective: &'a Objective) -> Result<&'a SliSpec, String> {
    let inline = objective.indicator.as_ref().or(spec.indicator.as_ref());
    let reference = objective.indicator_ref.as_ref().or(spec.indicator_ref.as_ref());
    match (inline, reference) {
        (Some(Inline { spec, .. }), None) => Ok(spec),
        (None, Some(name)) => objects.find("SLI", name, Spec::sli).map(|(_, sli)| sli),
        (Some(_), Some(_)) => Err("it has indicator and indicatorRef; keep one of them".into()),
        (None, None) => Err("it has no indicator; add indicator, or indicatorRef".into()),
    }
}

fn threshold(query: String, objective: &Objective) -> Result<Queries, String> {
    let operator = match objective.op {
        Some(Op::Lt) => Operator::Lt,
        Some(Op::Lte) => Operator::Lte,
        Some(Op::Gt) => Operator::Gt,
        Some(Op::Gte) => Operator::Gte,
        None => return Err("a thresholdMetric needs op; write how a good value compares, such as lte".into()),
    };
    let value = objective.value.as_ref().map(Number::text);
    let value = value.ok_or("a thresholdMetric needs value; write with what it is compared")?;
    Ok(Queries::Threshold { query, operator, value })
}

fn ratio_queries(objects: &Objects, ratio: &RatioMetric) -> Result<Queries, String> {
    let read = |metric| {
        let query = query(objects, metric)?;
        // A gauge is used as it is.
        Ok::<_, String>(if ratio.counter == Some(false) { query } else { over_window(&query) })
    };
    match ratio {
        RatioMetric { good: Some(part), bad: None, total: Some(total), raw: None, .. } => {
            Ok(Queries::Ratio { part: read(part)?, part_is_good: true, total: read(total)? })
        }
        RatioMetric { good: None, bad: Some(part), total: Some(total), raw: None, .. } => {
            Ok(Queries::Ratio { part: read(part)?, part_is_good: false, total: read(total)? })
        }
        RatioMetric { good: None, bad: None, total: None, raw: Some(raw), raw_type, .. } => {
            let kind = raw_type.ok_or("raw needs rawType; write success or failure")?;
            Ok(Queries::Raw { query: query(objects, raw)?, is_success: kind == RawType::Success })
        }
        _ => Err("a ratioMetric needs good and total, bad and total, or raw; keep one of these".into()),
    }
}

fn query(objects: &Objects, Metric { metric_source }: &Metric) -> Result<String, String> {
    let MetricSource { metric_source_ref, kind, spec } = metric_source;
    let referred = match metric_source_ref {
        // A source that is described elsewhere may be of any type; its own is believed.
        Some(name) if kind.is_none() => Some(&objects.find("DataSource", name, Spec::data_source)?.1.kind),
        _ => None,
    };
    if let Some(kind) = kind.as_ref().or(referred)
        && !PROMETHEUS.contains(&kind.to_lowercase().as_str())
    {
        return Err(format!(
            "its source is of type {kind}; only Prometheus can evaluate its rules, so give PromQL"
        ));
    }
    spec.query.clone().ok_or_else(|| "its metricSource has no query; write PromQL in spec.query".into())
}

/// The objective whose counters these are.
fn own(queries: &Queries) -> Option<String> {
    match queries {
        Queries::Ratio { part, part_is_good, total } => {
            let (part, total) = (own_counter(part)?, own_counter(total)?);
            let result = if *part_is_good { "good" } else { "bad" };
            let same = part.slo == total.slo && total.result.is_none();
            (same && part.result.as_deref() == Some(result)).then_some(total.slo)
        }
        Queries::Threshold { query, .. } => own_counter(query).map(|counter| counter.slo),
        Queries::Raw { .. } => None,
    }
}

fn warn_of_range(queries: &Queries, warn: &mut impl FnMut(String)) {
    let fixed = |query: &&String| !query.contains("{{.window}}") && !query.contains("{{ .window }}");
    if let Queries::Ratio { part, total, .. } = queries
        && let Some(query) = [part, total].into_iter().find(fixed)
    {
        warn(format!(
            "the query {query:?} has the same range for every window; write [{{{{.window}}}}] for the range"
        ));
    }
}

pub(super) fn export(slo: &Slo, objective: &mut Objective) -> SliSpec {
    let name = slo.name();
    let own =
        |labels: &str| format!("sum(rate(its_slo_events_total{{slo=\"{name}\"{labels}}}[{{{{.window}}}}]))");
    let ratio = |ratio| SliSpec { ratio_metric: Some(ratio), threshold_metric: None };
    let compare = |objective: &mut Objective, query: &str, operator, value: &str| {
        objective.op = Some(op(operator));
        objective.value = Some(Number::of(value));
        SliSpec { threshold_metric: Some(metric(query)), ratio_metric: None }
    };
    let counter = Some(true);
    match slo.indicator() {
        Indicator::Throughput { min_per_second } => {
            compare(objective, &own(""), Operator::Gte, &min_per_second.to_string())
        }
        Indicator::Queries(Queries::Threshold { query, operator, value }) => {
            compare(objective, query, *operator, value)
        }
        Indicator::Queries(Queries::Ratio { part, part_is_good, total }) => {
            let (good, bad) =
                if *part_is_good { (Some(metric(part)), None) } else { (None, Some(metric(part))) };
            ratio(RatioMetric { counter, good, bad, total: Some(metric(total)), ..Default::default() })
        }
        Indicator::Queries(Queries::Raw { query, is_success }) => {
            let kind = if *is_success { RawType::Success } else { RawType::Failure };
            ratio(RatioMetric { raw_type: Some(kind), raw: Some(metric(query)), ..Default::default() })
        }
        _ => {
            let good = Some(metric(&own(",result=\"good\"")));
            ratio(RatioMetric { counter, good, total: Some(metric(&own(""))), ..Default::default() })
        }
    }
}

fn op(operator: Operator) -> Op {
    match operator {
        Operator::Lt => Op::Lt,
        Operator::Lte => Op::Lte,
        Operator::Gt => Op::Gt,
        Operator::Gte => Op::Gte,
    }
}

fn metric(query: &str) -> Metric {
    let spec = QuerySpec { query: Some(query.into()) };
    Metric { metric_source: MetricSource { metric_source_ref: None, kind: Some("Prometheus".into()), spec } }
}
