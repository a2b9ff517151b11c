//! What can be wrong with an objective.

use std::time::Duration;

use crate::objective::MAX_NAME_LENGTH;

/// Why an objective, or a set of them, cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The name.
    #[error(
        "the objective's name {name:?} must be 1 to {MAX_NAME_LENGTH} lower-case letters, digits, `-` or `_`, with a \
         letter or digit at both ends"
    )]
    InvalidName {
        /// As given.
        name: String,
    },
    /// The target.
    #[error("{slo}: the target {target} must be a ratio from 0.5 to 0.99999, such as 0.999 for 99.9 %")]
    InvalidTarget {
        /// Of which objective.
        slo: String,
        /// As given.
        target: f64,
    },
    /// The rolling window.
    #[error(
        "{slo}: the rolling window {window:?} must be whole seconds, and at most 31 days; use a calendar window for a quarter"
    )]
    InvalidWindow {
        /// Of which objective.
        slo: String,
        /// As given.
        window: Duration,
    },
    /// The time zone.
    #[error("there is no time zone {zone:?}; use a name of the IANA database, such as Europe/Amsterdam")]
    UnknownTimeZone {
        /// As given.
        zone: String,
    },
    /// A label's name.
    #[error("{slo}: the label {label:?} must be letters, digits and `_`, not beginning with a digit or `__`")]
    InvalidLabel {
        /// Of which objective.
        slo: String,
        /// As given.
        label: String,
    },
    /// A label that is there already.
    #[error("{slo}: the label {label:?} is set by its-slo or by Prometheus; choose another name")]
    ReservedLabel {
        /// Of which objective.
        slo: String,
        /// As given.
        label: String,
    },
    /// A limit of zero.
    #[error("{slo}: the limit of tenants must be at least 1; leave it out if all tenants share one budget")]
    NoTenants {
        /// Of which objective.
        slo: String,
    },
    /// A threshold.
    #[error("{slo}: the threshold must be greater than zero")]
    InvalidThreshold {
        /// Of which objective.
        slo: String,
    },
    /// Occurrences where only slices can be judged.
    #[error("{slo}: {indicator} is judged by time slices; use the budgeting method Timeslices")]
    NeedsSlices {
        /// Of which objective.
        slo: String,
        /// Its indicator.
        indicator: &'static str,
    },
    /// The length of a slice.
    #[error(
        "{slo}: a slice of {slice:?} must be whole seconds, from one second to an hour, and fit into the window"
    )]
    InvalidSlice {
        /// Of which objective.
        slo: String,
        /// As given.
        slice: Duration,
    },
    /// The target of a slice.
    #[error("{slo}: the target {target} of a slice must be a ratio greater than 0 and at most 1")]
    InvalidSliceTarget {
        /// Of which objective.
        slo: String,
        /// As given.
        target: f64,
    },
    /// A method that is for imports.
    #[error(
        "{slo}: RatioTimeslices averages ratios and is for imported queries only; use Occurrences or Timeslices"
    )]
    RatioTimeslices {
        /// Of which objective.
        slo: String,
    },
    /// A tier.
    #[error(
        "{slo}: the tier {tier:?} needs a name, a short window shorter than the long one, at most 31 days, and a share of the budget greater than 0"
    )]
    InvalidTier {
        /// Of which objective.
        slo: String,
        /// Its name.
        tier: String,
    },
    /// A tier that is there already.
    #[error("{slo}: there are two tiers {tier:?}; give each a name of its own")]
    DuplicateTier {
        /// Of which objective.
        slo: String,
        /// Its name.
        tier: String,
    },
    /// The hysteresis.
    #[error("{slo}: the resolve ratio {ratio} must be greater than 0 and at most 1")]
    InvalidResolveRatio {
        /// Of which objective.
        slo: String,
        /// As given.
        ratio: f64,
    },
    /// An objective that is there already.
    #[error("there are two objectives {slo:?}; give each a name of its own")]
    DuplicateSlo {
        /// Its name.
        slo: String,
    },
    /// An objective that no process can track.
    #[error(
        "{slo}: it is made of queries, which only Prometheus can answer; generate rules for it and do not track it"
    )]
    RulesOnly {
        /// Its name.
        slo: String,
    },
}
