//! Objectives: what is good, how much of it is promised, and over which time.

mod alerting;
mod budgeting;
mod builder;
mod calendar;
mod hash;
mod indicator;
mod lint;
mod name;
mod window;

use std::collections::BTreeMap;
use std::time::Duration;

pub use alerting::{Alerting, Severity, Tier};
pub use budgeting::Budgeting;
pub use builder::SloBuilder;
pub use calendar::{CalendarUnit, CalendarWindow};
pub use hash::DefinitionHash;
pub use indicator::{Indicator, Operator, Queries};
pub use lint::{Lint, Surroundings};
pub use name::MAX_NAME_LENGTH;
#[cfg(feature = "file")]
pub(crate) use name::check_label;
pub use window::Window;

/// An objective: an indicator, a target and a window.
///
/// Made by a [builder](SloBuilder), which checks it.
#[derive(Clone, Debug, PartialEq)]
pub struct Slo {
    pub(crate) name: String,
    pub(crate) calls_of: Option<String>,
    pub(crate) description: String,
    pub(crate) owner: String,
    pub(crate) target: f64,
    pub(crate) window: Window,
    pub(crate) budgeting: Budgeting,
    pub(crate) indicator: Indicator,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) per_tenant: Option<usize>,
    pub(crate) alerting: Alerting,
}

impl Slo {
    /// The target must not be lower than this.
    pub const LOWEST_TARGET: f64 = 0.5;
    /// The target must not be higher than this.
    pub const HIGHEST_TARGET: f64 = 0.99999;

    /// An objective on the share of calls that succeed.
    pub fn availability(name: impl Into<String>) -> SloBuilder {
        Self::builder(name, Indicator::Availability)
    }

    /// An objective on the share of calls that take at most `threshold`, compared in nanoseconds.
    pub fn latency(name: impl Into<String>, threshold: Duration) -> SloBuilder {
        Self::builder(name, Indicator::Latency { threshold })
    }

    /// An objective on the share of frames that are at most `max_age` old when they are looked at.
    pub fn freshness(name: impl Into<String>, max_age: Duration) -> SloBuilder {
        Self::builder(name, Indicator::Freshness { max_age })
    }

    /// An objective on the share of time slices with at least so many events a second.
    pub fn throughput(name: impl Into<String>, min_per_second: f64) -> SloBuilder {
        Self::builder(name, Indicator::Throughput { min_per_second })
    }

    /// An objective on the share of time slices in which a probe said yes, and never no.
    pub fn probe(name: impl Into<String>) -> SloBuilder {
        Self::builder(name, Indicator::Probe)
    }

    /// An objective on good and bad events of any kind.
    pub fn events(name: impl Into<String>) -> SloBuilder {
        Self::builder(name, Indicator::Events)
    }

    /// An objective with any indicator.
    pub fn builder(name: impl Into<String>, indicator: Indicator) -> SloBuilder {
        SloBuilder::new(name.into(), indicator)
    }

    /// The name: the label `slo` of its series.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name under which its calls come in, such as that of `slo = ".."` on a function: its own name, unless several
    /// objectives judge the same calls.
    pub fn calls_of(&self) -> &str {
        self.calls_of.as_deref().unwrap_or(&self.name)
    }

    /// What it promises, for people.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Who answers for it.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The share that is promised to be good, as a ratio.
    pub fn target(&self) -> f64 {
        self.target
    }

    /// The share that may be bad, as a ratio: one minus the target.
    pub fn error_budget(&self) -> f64 {
        // Subtracted from 1, 0.999 leaves 0.0010000000000000009; what is promised has no more than twelve decimals.
        ((1.0 - self.target) * 1e12).round() / 1e12
    }

    /// Over which time the budget lasts.
    pub fn window(&self) -> &Window {
        &self.window
    }

    /// What is counted.
    pub fn budgeting(&self) -> &Budgeting {
        &self.budgeting
    }

    /// What is good.
    pub fn indicator(&self) -> &Indicator {
        &self.indicator
    }

    /// Further labels of its series, ordered by name.
    pub fn labels(&self) -> &BTreeMap<String, String> {
        &self.labels
    }

    /// How many tenants have a budget of their own; `None` when all share one.
    pub fn per_tenant(&self) -> Option<usize> {
        self.per_tenant
    }

    /// When somebody is told.
    pub fn alerting(&self) -> &Alerting {
        &self.alerting
    }

    /// What its counts mean: it changes with whatever makes old counts and new ones incomparable, which the target,
    /// the window, texts and alerts do not.
    pub fn definition_hash(&self) -> DefinitionHash {
        DefinitionHash::of(self)
    }
}
