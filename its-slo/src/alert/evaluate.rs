//! Which tiers fire.

use std::time::{Duration, UNIX_EPOCH};

use super::{Alert, TierStatus};
use crate::objective::{Slo, Tier};
use crate::tracker::WindowCounts;

/// The tiers of one tracker.
#[derive(Debug)]
pub(crate) struct Alerts(Vec<(Tier, f64, bool)>);

impl Alerts {
    pub(crate) fn of(slo: &Slo) -> Self {
        let period = slo.window().nominal();
        Self(
            slo.alerting().tiers_for(period).map(|tier| (tier.clone(), tier.factor(period), false)).collect(),
        )
    }

    pub(crate) fn any_firing(&self) -> bool {
        self.0.iter().any(|(_, _, firing)| *firing)
    }

    pub(crate) fn firing(&self) -> Vec<String> {
        self.0.iter().filter(|(_, _, firing)| *firing).map(|(tier, ..)| tier.name.to_string()).collect()
    }

    /// These fired before this process: whoever was told need not be told again.
    pub(crate) fn restore(&mut self, fired: &[String]) {
        for (tier, _, firing) in &mut self.0 {
            *firing = fired.iter().any(|name| *name == tier.name);
        }
    }

    pub(crate) fn status(&self) -> Vec<TierStatus> {
        let status = |(tier, factor, firing): &(Tier, f64, bool)| TierStatus {
            tier: tier.name.to_string(),
            severity: tier.severity,
            firing: *firing,
            factor: *factor,
        };
        self.0.iter().map(status).collect()
    }

    /// Evaluates all tiers; returns those that changed.
    pub(crate) fn evaluate(
        &mut self,
        slo: &Slo,
        tenant: Option<&str>,
        now: f64,
        window: impl Fn(Duration) -> WindowCounts,
    ) -> Vec<Alert> {
        let alerting = slo.alerting();
        let mut changed = Vec::new();
        for (tier, factor, firing) in &mut self.0 {
            let (long, short) = (window(tier.long), window(tier.short));
            let burn = |counts: WindowCounts| counts.error_ratio().unwrap_or(0.0) / slo.error_budget();
            let (burn_rate_long, burn_rate_short) = (burn(long), burn(short));
            let enough =
                long.total() >= alerting.min_events as f64 && long.bad >= alerting.min_bad_events as f64;
            // What fires keeps firing a little below its factor, so that it does not flap around it.
            let threshold = if *firing { *factor * alerting.resolve_ratio } else { *factor };
            let fires = (enough || *firing) && burn_rate_long > threshold && burn_rate_short > threshold;
            if fires == std::mem::replace(firing, fires) {
                continue;
            }
            changed.push(Alert {
                slo: slo.name().into(),
                tenant: tenant.map(Into::into),
                tier: tier.name.to_string(),
                severity: tier.severity,
                firing: fires,
                factor: *factor,
                long: tier.long,
                burn_rate_long,
                burn_rate_short,
                at: UNIX_EPOCH + Duration::from_secs_f64(now),
            });
        }
        changed
    }
}
