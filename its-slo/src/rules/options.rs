//! What can be chosen.

use std::collections::BTreeMap;
use std::time::Duration;

/// What can be chosen about the rules.
///
/// ```
/// use its_slo::rules::Options;
///
/// let mut options = Options::default();
/// options.service = Some("vision".into());
/// options.sloth_names = true;
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// The label `service` of all series and alerts.
    pub service: Option<String>,
    /// Labels of the series that the process exports, such as `job`, by which two services with an objective of one
    /// name are told apart.
    pub source_labels: BTreeMap<String, String>,
    /// How often the rules are evaluated, in whole milliseconds; more than five minutes are taken for five.
    pub interval: Duration,
    /// Whether sloth's series are recorded too, for dashboards that know only these.
    pub sloth_names: bool,
    /// Where the runbooks are: the annotation `runbook_url` is this, `/` and the alert's name.
    pub runbook_url: Option<String>,
    /// The annotation `dashboard_url`.
    pub dashboard_url: Option<String>,
    /// Labels of the Operator's resource, by which a Prometheus selects it.
    pub resource_labels: BTreeMap<String, String>,
    /// Divides all ranges, so that a test need not last for days. The names stay.
    #[doc(hidden)]
    pub compression: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            service: None,
            source_labels: BTreeMap::new(),
            interval: Duration::from_secs(30),
            sloth_names: false,
            runbook_url: None,
            dashboard_url: None,
            resource_labels: BTreeMap::new(),
            compression: 1,
        }
    }
}
