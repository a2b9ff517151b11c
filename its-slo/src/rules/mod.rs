//! Prometheus rules: the same objectives, evaluated from the counters that the process exports.
//!
//! ```
//! use its_slo::Slo;
//! use its_slo::rules::{Options, rule_file};
//!
//! let slo = Slo::availability("detect").target(0.999).build()?;
//! let rules = rule_file(&[slo], &Options::default());
//! assert_eq!(rules.groups[0].name, "slo-detect");
//! assert!(rules.to_yaml().contains("alert: SloBurnPageFast"));
//! # Ok::<(), its_slo::Error>(())
//! ```
//!
//! # Series
//!
//! Read: `its_slo_events_total{slo,tenant,result}`, or `its_slo_slices_total` where slices are counted, and
//! `its_slo_objective_ratio`, `its_slo_window_events`, `its_slo_history_seconds`. Recorded, all with the labels `slo`,
//! `tenant` (where the objective has one), `slo_type`, `service`, `owner` and the objective's own:
//!
//! | series | what it is |
//! |---|---|
//! | `slo:objective:ratio`, `slo:error_budget:ratio`, `slo:period:days` | what is promised; kept for a day after the process is gone |
//! | `slo:events:rate5m`, `slo:bad:rate5m` | events a second, of which the long windows are made |
//! | `slo:events:increaseW`, `slo:bad:increaseW` | events within a window |
//! | `slo:sli_error:ratio_rateW`, `slo:burn_rate:ratioW` | error ratio and burn rate of a window; none without events |
//! | `slo:error_budget_remaining:ratio` | what is left of the budget, not clamped |
//! | `slo:calendar_month_error_budget_remaining:ratio`, `slo:calendar_month_elapsed:ratio` | of a calendar window; also `week` and `quarter` |
//!
//! Windows up to six hours are read from the counters. Longer ones sum what `slo:events:rate5m` and `slo:bad:rate5m`
//! were, apart: no ratio is ever averaged. Prometheus has to keep its data for the objective's window; its default of 15
//! days is too short for 30.
//!
//! Prometheus knows no time zones. A calendar window is that of UTC, whatever the objective's zone: around its begin, for
//! as many hours as the zone is off, Prometheus and the process speak of different periods. Events of five minutes may
//! fall into the period after theirs, and the elapsed share of a quarter takes its months for equally long.
//!
//! # Alerts
//!
//! One for each tier, such as `SloBurnPageFast`, that fires and resolves as the one in the process does; the threshold at
//! which it resolves reads `ALERTS`, and so needs no `keep_firing_for`. `SloDataMissing` fires when nothing is seen of an
//! objective for ten minutes, which no traffic is not. `SloSourcesDisagree` fires when for 15 minutes the processes' own
//! last hour and that of their counters differ by more than half the budget and a tenth of the ratio.
//!
//! # How far Prometheus and the process may differ
//!
//! Both count the same events. The process counts all of them; Prometheus sees them at scrapes. Let a tracker have
//! counted *g* good and *b* bad events in a window, and *G* and *B* of them (or of those just before the window) lie in
//! the zones below. Then Prometheus sees from *g - G* to *(g + G)(1 + x)* good events, of bad ones likewise, and its error
//! ratio lies between
//!
//! *(b - B) / ((b - B) + (g + G)(1 + x))* and *(b + B)(1 + x) / ((b + B)(1 + x) + (g - G))*.
//!
//! With *s* the scrape interval, *i* that of the rules, and *r* the tracker's slot (5 s for 5 minutes, a minute up to a
//! day, ten minutes for 3 days, an hour for 30):
//!
//! | window | zone at its begin | zone at its end | *x* |
//! |---|---|---|---|
//! | 5m, 30m, 1h, 2h, 6h, on 2.42, begin and end on a scrape and a slot, without faults | none | none | 0: they are equal |
//! | 5m, 30m, 1h, 2h, 6h | *r* before to *r + s* after | *s* | 1.1 / (scrapes in the window - 1) |
//! | 1d, 3d, 30d | 5 min *+ i + s + r* before to 5 min *+ i + 2s + r* after | 5 min *+ i + 2s* | 1.1 / (scrapes in 5 min - 1) |
//!
//! Faults make zones of their own: what was counted between the last scrape and a restart, before the first scrape, and
//! while scrapes failed; for staged windows *5 min + i + s* more on either side. *x* is how much further a range may be
//! extrapolated that begins with a zero. With steady traffic, *s* of 15 s and *i* of 30 s, the zones hold of the
//! events of 5m 13 %, 30m 8.3 %, 1h 4.2 %, 2h 2.1 %, 6h 0.7 %, 1d 1.4 %, 3d 0.9 % and 30d 0.3 %. On Prometheus 3 ranges
//! are open on the left and lack one scrape: there the second row holds for aligned instants too. Tested with 2.42 and
//! 3.16. [`Bound`] has this table as code.

mod annotations;
mod bound;
mod calendar;
mod context;
mod expr;
mod file;
mod group;
mod metadata;
mod operator;
mod options;
mod recording;
mod sloth;
mod source;
mod tiers;
mod watch;
mod windows;
mod yaml;

pub use bound::Bound;
pub use file::{AlertingRule, Group, RecordingRule, Rule, RuleFile};
pub use options::Options;

use crate::Slo;

/// The rules of these objectives, a group for each.
pub fn rule_file(slos: &[Slo], options: &Options) -> RuleFile {
    RuleFile {
        groups: slos.iter().map(|slo| group::group(slo, options)).collect(),
        resource_labels: options.resource_labels.clone(),
    }
}
