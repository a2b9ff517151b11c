//! The builder, which checks.

use std::collections::BTreeMap;
use std::time::Duration;

use super::name::{check_label, check_name};
use super::{Alerting, Budgeting, Indicator, Slo, Tier, Window};
use crate::Error;

/// Makes an [`Slo`]: 99.9 % over thirty rolling days, counted in events, unless it is told otherwise.
#[derive(Clone, Debug)]
#[must_use]
pub struct SloBuilder(Slo);

impl SloBuilder {
    /// How many tenants get a budget of their own when no limit is given.
    pub const DEFAULT_TENANTS: usize = 100;

    pub(super) fn new(name: String, indicator: Indicator) -> Self {
        let budgeting = if indicator.needs_slices() {
            Budgeting::slices(Budgeting::DEFAULT_SLICE)
        } else {
            Budgeting::Occurrences
        };
        Self(Slo {
            name,
            calls_of: None,
            description: String::new(),
            owner: String::new(),
            target: 0.999,
            window: Window::default(),
            budgeting,
            indicator,
            labels: BTreeMap::new(),
            per_tenant: None,
            alerting: Alerting::default(),
        })
    }

    /// It judges the calls that are counted under `name`, as other objectives may too.
    pub fn calls_of(mut self, name: impl Into<String>) -> Self {
        self.0.calls_of = Some(name.into()).filter(|name| *name != self.0.name);
        self
    }

    /// What it promises, for people.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.0.description = description.into();
        self
    }

    /// Who answers for it.
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.0.owner = owner.into();
        self
    }

    /// The share that is promised to be good, as a ratio from 0.5 to 0.99999.
    pub fn target(mut self, target: f64) -> Self {
        self.0.target = target;
        self
    }

    /// Over which time the budget lasts.
    pub fn window(mut self, window: Window) -> Self {
        self.0.window = window;
        self
    }

    /// The last so many seconds, at most 31 days.
    pub fn rolling(self, length: Duration) -> Self {
        self.window(Window::Rolling(length))
    }

    /// What is counted.
    pub fn budgeting(mut self, budgeting: Budgeting) -> Self {
        self.0.budgeting = budgeting;
        self
    }

    /// A further label of its series.
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.labels.insert(name.into(), value.into());
        self
    }

    /// A budget for each tenant, for at most `limit` of them; the rest share one, `_other`.
    pub fn per_tenant(mut self, limit: usize) -> Self {
        self.0.per_tenant = Some(limit);
        self
    }

    /// When somebody is told.
    pub fn alerting(mut self, alerting: Alerting) -> Self {
        self.0.alerting = alerting;
        self
    }

    /// The objective.
    ///
    /// # Errors
    /// When a value is out of its range, or two do not go together. The message says what to change.
    pub fn build(self) -> Result<Slo, Error> {
        let slo = self.0;
        check_name(&slo.name)?;
        check_name(slo.calls_of())?;
        if !(Slo::LOWEST_TARGET..=Slo::HIGHEST_TARGET).contains(&slo.target) {
            return Err(Error::InvalidTarget { slo: slo.name, target: slo.target });
        }
        if let Window::Rolling(length) = slo.window
            && (length.is_zero() || length > Window::LONGEST || length.subsec_nanos() != 0)
        {
            return Err(Error::InvalidWindow { slo: slo.name, window: length });
        }
        for label in slo.labels.keys() {
            check_label(&slo.name, label)?;
        }
        if slo.per_tenant == Some(0) {
            return Err(Error::NoTenants { slo: slo.name });
        }
        check_indicator(&slo)?;
        check_budgeting(&slo)?;
        check_alerting(&slo)?;
        Ok(slo)
    }
}

fn check_indicator(slo: &Slo) -> Result<(), Error> {
    let valid = match slo.indicator {
        Indicator::Latency { threshold } => !threshold.is_zero(),
        Indicator::Freshness { max_age } => !max_age.is_zero(),
        Indicator::Throughput { min_per_second } => min_per_second.is_finite() && min_per_second > 0.0,
        _ => true,
    };
    if valid { Ok(()) } else { Err(Error::InvalidThreshold { slo: slo.name.clone() }) }
}

fn check_budgeting(slo: &Slo) -> Result<(), Error> {
    let name = || slo.name.clone();
    let imported = matches!(slo.indicator, Indicator::Queries(_));
    match slo.budgeting {
        Budgeting::Occurrences if slo.indicator.needs_slices() => {
            Err(Error::NeedsSlices { slo: name(), indicator: slo.indicator.as_str() })
        }
        Budgeting::Timeslices { slice, target } => {
            let whole =
                slice.subsec_nanos() == 0 && slice.as_secs() >= 1 && slice <= Duration::from_secs(3600);
            if !whole || slice > slo.window.nominal() {
                return Err(Error::InvalidSlice { slo: name(), slice });
            }
            if !(target > 0.0 && target <= 1.0) {
                return Err(Error::InvalidSliceTarget { slo: name(), target });
            }
            Ok(())
        }
        Budgeting::RatioTimeslices { .. } if !imported => Err(Error::RatioTimeslices { slo: name() }),
        _ => Ok(()),
    }
}

fn check_alerting(slo: &Slo) -> Result<(), Error> {
    let name = || slo.name.clone();
    let Alerting { tiers, resolve_ratio, .. } = &slo.alerting;
    if !(*resolve_ratio > 0.0 && *resolve_ratio <= 1.0) {
        return Err(Error::InvalidResolveRatio { slo: name(), ratio: *resolve_ratio });
    }
    for (index, Tier { name: tier, long, short, budget_share, .. }) in tiers.iter().enumerate() {
        let share = *budget_share > 0.0 && budget_share.is_finite();
        if tier.is_empty() || short.is_zero() || short >= long || *long > Window::LONGEST || !share {
            return Err(Error::InvalidTier { slo: name(), tier: tier.to_string() });
        }
        if tiers[..index].iter().any(|other| other.name == *tier) {
            return Err(Error::DuplicateTier { slo: name(), tier: tier.to_string() });
        }
    }
    Ok(())
}
