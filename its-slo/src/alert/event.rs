//! What is told.

use std::time::{Duration, SystemTime};

use crate::objective::Severity;

/// An alert that begins to fire, or resolves.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Alert {
    /// Name of the objective.
    pub slo: String,
    /// Whose budget it is.
    pub tenant: Option<String>,
    /// Name of the tier.
    pub tier: String,
    /// Who is told.
    pub severity: Severity,
    /// Whether it fires; else it resolves.
    pub firing: bool,
    /// The burn rate above which it fires.
    pub factor: f64,
    /// The long window.
    pub long: Duration,
    /// The burn rate over the long window; 0 without events.
    pub burn_rate_long: f64,
    /// The burn rate over the short window; 0 without events.
    pub burn_rate_short: f64,
    /// When.
    pub at: SystemTime,
}

/// A tier, and whether it fires.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TierStatus {
    /// Name of the tier.
    pub tier: String,
    /// Who is told.
    pub severity: Severity,
    /// Whether it fires.
    pub firing: bool,
    /// The burn rate above which it fires.
    pub factor: f64,
}
