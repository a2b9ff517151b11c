//! Prometheus rules: the same objectives, evaluated from the counters that the process exports.
//!
//! ```
//! use its_slo::Slo;
//! use its_slo::rules::{Options, rule_file};
//!
//! let slo = Slo::availability("detect").target(0.999).build()?;
//! let rules = rule_file(&[slo], &Options::default());
//! assert_eq!(rules.groups[0].name, "slo-detect");
//! # Ok::<(), its_slo::Error>(())
//! ```

mod duration;
mod file;
mod group;
mod operator;
mod options;
mod yaml;

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
