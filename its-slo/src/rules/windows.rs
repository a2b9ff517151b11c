//! Over which windows an objective is looked at.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::{Slo, WINDOWS};

/// What is staged is averages of this window.
pub(super) const BASE: Duration = Duration::from_secs(300);

/// Longer windows are staged: a range of days over raw counters is too much to read every half minute.
pub(super) const LONGEST_RAW: Duration = Duration::from_secs(6 * 3600);

/// The usual windows that are no longer than the objective's, those of its tiers, and its own.
pub(super) fn windows(slo: &Slo) -> BTreeSet<Duration> {
    let period = slo.window().nominal();
    let usual = WINDOWS.iter().map(|(_, window)| *window).filter(|window| *window <= period);
    let tiers = slo.alerting().tiers_for(period).flat_map(|tier| [tier.long, tier.short]);
    // The base is what budgets of minutes are told from missing data by.
    usual.chain(tiers).chain([period, BASE]).collect()
}
