//! Alert policies: conditions on the burn rate become tiers.

use std::time::Duration;

use super::annotations::number;
use super::object::{Objects, Spec};
use super::schema::{
    AlertPolicySpec, Condition, ConditionEntry, ConditionSpec, Metadata, Number, Op, PolicyEntry, SloSpec,
    TargetEntry,
};
use crate::Slo;
use crate::duration;
use crate::file::convert::TIERS;
use crate::import::slug;
use crate::objective::{Severity, Tier};

pub(super) fn import(
    objects: &Objects,
    spec: &SloSpec,
    period: Duration,
    warn: &mut impl FnMut(String),
) -> Result<Vec<Tier>, String> {
    if spec.alert_policies.is_empty() {
        warn("it has no alert policy and so no alerts; add tiers if somebody is to be told".into());
    }
    let mut tiers = Vec::<Tier>::new();
    for entry in &spec.alert_policies {
        let (policy_name, policy) = policy(objects, entry)?;
        targets(policy_name, policy, warn);
        if policy.alert_when_no_data {
            warn(format!(
                "alertWhenNoData of the policy {policy_name:?} is dropped: the rules of each objective have SloDataMissing"
            ));
        }
        if !policy.alert_when_breaching {
            warn(format!("the policy {policy_name:?} does not alert when breaching and is dropped"));
            continue;
        }
        for entry in &policy.conditions {
            let (metadata, condition) = condition(objects, entry)?;
            let fallback = metadata.map_or(policy_name, |metadata| &metadata.name.value);
            let Some(mut tier) = tier(fallback, metadata, condition, period, warn)? else { continue };
            if tiers.iter().any(|other| other.name == tier.name) {
                tier.name = format!("{}_{}", tier.name, tiers.len() + 1).into();
            }
            tiers.push(tier);
        }
    }
    Ok(tiers)
}

fn policy<'a>(
    objects: &'a Objects,
    entry: &'a PolicyEntry,
) -> Result<(&'a str, &'a AlertPolicySpec), String> {
    match entry {
        PolicyEntry { alert_policy_ref: Some(name), .. } => {
            objects.find("AlertPolicy", name, Spec::alert_policy).map(|(_, policy)| (name.as_str(), policy))
        }
        PolicyEntry { metadata, spec: Some(spec), .. } => {
            Ok((metadata.as_ref().map_or("policy", |metadata| &metadata.name.value), spec))
        }
        _ => Err("an alert policy needs alertPolicyRef or spec; write one of them".into()),
    }
}

fn condition<'a>(
    objects: &'a Objects,
    entry: &'a ConditionEntry,
) -> Result<(Option<&'a Metadata>, &'a ConditionSpec), String> {
    match entry {
        ConditionEntry { condition_ref: Some(name), .. } => objects
            .find("AlertCondition", name, Spec::alert_condition)
            .map(|(metadata, found)| (Some(metadata), found)),
        ConditionEntry { metadata, spec: Some(spec), .. } => Ok((metadata.as_ref(), spec)),
        _ => Err("an alert condition needs conditionRef or spec; write one of them".into()),
    }
}

fn tier(
    name: &str,
    metadata: Option<&Metadata>,
    ConditionSpec { severity, condition }: &ConditionSpec,
    period: Duration,
    warn: &mut impl FnMut(String),
) -> Result<Option<Tier>, String> {
    if condition.kind != "burnrate" {
        warn(format!(
            "the condition {name:?} is of kind {:?} and is dropped: tiers are burn rates",
            condition.kind
        ));
        return Ok(None);
    }
    if matches!(condition.op, Some(Op::Lt | Op::Lte)) {
        warn(format!("the condition {name:?} is taken to alert above {}, not below", condition.threshold));
    }
    let long = duration::parse(&condition.lookback_window)?;
    let short = short(name, condition, long, warn)?;
    let severity = severity_of(name, severity, warn);
    let known = |tier: &Tier| (tier.long, tier.short, tier.severity) == (long, short, severity);
    let same = |tier: &Tier| (tier.factor(period) - condition.threshold).abs() < 1e-6;
    let own_name = metadata.and_then(|metadata| metadata.annotation("tier")).map(str::to_owned);
    if own_name.is_none()
        && let Some(tier) = TIERS.into_iter().find(|tier| known(tier) && same(tier))
    {
        return Ok(Some(tier));
    }
    let budget_share = condition.threshold * long.as_secs_f64() / period.as_secs_f64();
    let name = own_name.unwrap_or_else(|| slug(name).replace('-', "_"));
    let mut tier = Tier { name: name.into(), severity, long, short, budget_share };
    // A threshold is rounded; the share that it was made of is not.
    if let Some(share) = metadata.map(|metadata| number(metadata, "budget-share")).transpose()?.flatten() {
        let exact = Tier { budget_share: share, ..tier.clone() };
        tier = if same(&exact) { exact } else { tier };
    }
    Ok(Some(tier))
}

fn short(
    name: &str,
    condition: &Condition,
    long: Duration,
    warn: &mut impl FnMut(String),
) -> Result<Duration, String> {
    let usual = Duration::from_secs((long.as_secs() / 12).max(1));
    let after =
        condition.alert_after.as_ref().map(|after| duration::parse(&after.with_unit("m"))).transpose()?;
    match after {
        Some(after) if after >= long => {
            let (after, usual) = (duration::write(after), duration::write(usual));
            warn(format!(
                "alertAfter {after} of the condition {name:?} is dropped: it is no shorter than the lookbackWindow; the short window is {usual}"
            ));
            Ok(Duration::from_secs((long.as_secs() / 12).max(1)))
        }
        Some(after) if !after.is_zero() => Ok(after),
        _ => Ok(usual),
    }
}

fn severity_of(name: &str, severity: &str, warn: &mut impl FnMut(String)) -> Severity {
    match severity.to_lowercase().as_str() {
        "page" | "critical" | "high" | "sev1" | "p1" => Severity::Page,
        "ticket" | "warning" | "medium" | "low" => Severity::Ticket,
        other => {
            warn(format!(
                "the severity {other:?} of the condition {name:?} is taken as ticket; write page or ticket"
            ));
            Severity::Ticket
        }
    }
}

/// Who is told is a matter of Alertmanager's routes.
fn targets(policy: &str, spec: &AlertPolicySpec, warn: &mut impl FnMut(String)) {
    let name = |target: &TargetEntry| {
        target.target_ref.clone().or_else(|| Some(target.metadata.as_ref()?.name.value.clone()))
    };
    let names = spec.notification_targets.iter().filter_map(name);
    let names: Vec<_> = names.filter(|name| name != "page" && name != "ticket").collect();
    if !names.is_empty() {
        let names = names.join(", ");
        warn(format!(
            "the notification targets {names} of {policy:?} are dropped; route by the labels severity and tier"
        ));
    }
}

pub(super) fn export(slo: &Slo) -> Vec<PolicyEntry> {
    let period = slo.window().nominal();
    slo.alerting().tiers.iter().map(|tier| policy_of(tier, period)).collect()
}

fn policy_of(tier: &Tier, period: Duration) -> PolicyEntry {
    let name = tier.name.replace('_', "-");
    let mut metadata = Metadata::named(name.clone());
    if !TIERS.contains(tier) {
        metadata.annotate("tier", &tier.name);
        metadata.annotate("budget-share", tier.budget_share);
    }
    let condition = Condition {
        kind: "burnrate".into(),
        op: Some(Op::Gt),
        threshold: tier.factor(period),
        lookback_window: duration::write(tier.long),
        alert_after: Some(Number::Text(duration::write(tier.short))),
    };
    let severity = tier.severity.as_str().to_owned();
    let target = TargetEntry { target_ref: Some(severity.clone()), metadata: None };
    let condition = ConditionEntry {
        kind: Some("AlertCondition".into()),
        metadata: Some(metadata),
        spec: Some(ConditionSpec { severity, condition }),
        condition_ref: None,
    };
    let spec = AlertPolicySpec {
        alert_when_no_data: false,
        alert_when_resolved: true,
        alert_when_breaching: true,
        conditions: vec![condition],
        notification_targets: vec![target],
    };
    let metadata = Some(Metadata::named(name));
    PolicyEntry { kind: Some("AlertPolicy".into()), metadata, spec: Some(spec), alert_policy_ref: None }
}
