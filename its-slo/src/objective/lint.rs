//! What is allowed and still unwise.

use std::fmt;
use std::time::Duration;

use super::{Indicator, Slo, Tier};

/// What is known about where an objective is used. What is not known is not judged.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Surroundings {
    /// Events a second.
    pub events_per_second: Option<f64>,
    /// How often Prometheus scrapes.
    pub scrape_interval: Option<Duration>,
    /// Bounds of the exported histogram, in seconds.
    pub histogram_bounds: Option<Vec<f64>>,
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Lint {
    /// The name of the objective.
    pub slo: String,
    /// Whether the objective cannot work as it is.
    pub is_error: bool,
    /// What it is, in a word.
    pub rule: &'static str,
    /// What it is, and what to do.
    pub message: String,
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = if self.is_error { "error" } else { "warning" };
        write!(f, "{level}[{}]: {}: {}", self.rule, self.slo, self.message)
    }
}

impl Slo {
    /// What is allowed and still unwise, the errors first.
    ///
    /// ```
    /// use its_slo::{Slo, objective::Surroundings};
    ///
    /// let slo = Slo::availability("detect").target(0.9).build()?;
    /// let lints = slo.lint(&Surroundings::default());
    /// assert_eq!(lints[0].rule, "unreachable_alert");
    /// # Ok::<(), its_slo::Error>(())
    /// ```
    pub fn lint(&self, around: &Surroundings) -> Vec<Lint> {
        let mut lints = Lints { slo: self, found: Vec::new() };
        lints.tiers();
        lints.traffic(around);
        lints.scrapes(around);
        lints.buckets(around);
        lints.texts();
        lints.found.sort_by_key(|lint| !lint.is_error);
        lints.found
    }
}

struct Lints<'a> {
    slo: &'a Slo,
    found: Vec<Lint>,
}

impl Lints<'_> {
    fn add(&mut self, is_error: bool, rule: &'static str, message: String) {
        self.found.push(Lint { slo: self.slo.name().into(), is_error, rule, message });
    }

    fn tiers(&mut self) {
        let (period, budget) = (self.slo.window().nominal(), self.slo.error_budget());
        for Tier { name, long, .. } in self.slo.alerting().tiers.iter().filter(|tier| tier.long > period) {
            let message = format!(
                "the tier {name} looks {long:?} back, longer than the objective's window, and is left out; shorten it"
            );
            self.add(false, "tier_too_long", message);
        }
        for tier in self.slo.alerting().tiers_for(period) {
            let factor = tier.factor(period);
            let ratio = factor * budget;
            let least = 100.0 * ratio;
            let name = &tier.name;
            if ratio >= 1.0 {
                let message = format!(
                    "the tier {name} fires at an error ratio of {least:.0} % and so never; use tickets only, a \
                     higher target, or a page on a companion objective"
                );
                self.add(true, "unreachable_alert", message);
            } else if ratio >= 0.5 {
                let message = format!(
                    "the tier {name} fires only at an error ratio of {least:.0} %, close to an outage"
                );
                self.add(false, "late_alert", message);
            }
        }
    }

    fn traffic(&mut self, around: &Surroundings) {
        let Some(rate) = around.events_per_second else { return };
        let (period, budget) = (self.slo.window().nominal(), self.slo.error_budget());
        let may_be_bad = rate * period.as_secs_f64() * budget;
        if may_be_bad < 1.0 {
            let message = format!(
                "at {rate} events a second, {may_be_bad:.2} may be bad in the whole window: the first bad event exhausts \
                 it; lower the target, lengthen the window, or count time slices"
            );
            return self.add(true, "too_strict_for_traffic", message);
        }
        for tier in self.slo.alerting().tiers_for(period) {
            let events = rate * tier.long.as_secs_f64();
            let for_one = 1.0 / (tier.factor(period) * budget);
            if events < for_one {
                let message = format!(
                    "the tier {} sees {events:.0} events in its long window and one bad one in {for_one:.0} is enough: \
                     only min_bad_events keeps it quiet",
                    tier.name
                );
                self.add(false, "single_event_alerts", message);
            }
        }
    }

    fn scrapes(&mut self, around: &Surroundings) {
        let Some(interval) = around.scrape_interval else { return };
        let period = self.slo.window().nominal();
        for tier in self.slo.alerting().tiers_for(period).filter(|tier| tier.short < interval * 4) {
            let message = format!(
                "the tier {} looks {:?} back with a scrape each {interval:?}: Prometheus needs four scrapes in a window; \
                 scrape more often or lengthen it",
                tier.name, tier.short
            );
            self.add(tier.short < interval * 2, "window_near_scrape_interval", message);
        }
    }

    fn buckets(&mut self, around: &Surroundings) {
        let (Indicator::Latency { threshold }, Some(bounds)) =
            (self.slo.indicator(), &around.histogram_bounds)
        else {
            return;
        };
        let seconds = threshold.as_secs_f64();
        if !bounds.iter().any(|bound| (bound - seconds).abs() < 1e-9) {
            let message = format!(
                "{seconds} s is no bound of the exported histogram: the objective is exact all the same, a panel drawn \
                 from the histogram is not; add the bound"
            );
            self.add(false, "threshold_no_bucket", message);
        }
    }

    fn texts(&mut self) {
        if self.slo.owner().is_empty() {
            self.add(false, "no_owner", "nobody answers for it; name an owner".into());
        }
        if self.slo.description().is_empty() {
            self.add(false, "no_description", "it says nothing to people; add a description".into());
        }
    }
}
