//! Snapshots as JSON: the page `/slo` of a service.
//!
//! ```
//! use std::time::SystemTime;
//! use its_slo::report::SloPage;
//! use its_slo::{Slo, Slos};
//!
//! let slos = Slos::builder().slo(Slo::availability("detect").build()?).build()?;
//! slos.tracker("detect", None).expect("it has been added").record(true);
//! let page = SloPage::of(&slos.snapshot(), SystemTime::now());
//! let json = page.to_json();
//! assert!(json.contains(r#""name":"detect""#));
//! assert_eq!(SloPage::from_json(&json)?, page);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::alert::TierStatus;
use crate::clock::since_epoch;
use crate::tracker::{Counts, Snapshot, WindowSnapshot};

/// All objectives of a service at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SloPage {
    /// When, in seconds since the Unix epoch.
    pub time_seconds: f64,
    /// The objectives, ordered by name and tenant.
    pub slos: Vec<SloStatus>,
}

/// One objective, or one tenant of it. What is not known is `null`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SloStatus {
    /// Name of the objective.
    pub name: String,
    /// Whose budget it is.
    pub tenant: Option<String>,
    /// What is promised, as a ratio.
    pub target: f64,
    /// Length of the objective's window, in seconds.
    pub period_seconds: f64,
    /// `ok`, `no_traffic`, `no_data`, `burning` or `exhausted`.
    pub state: String,
    /// The share of the budget that is left, as a ratio; negative when more was spent.
    pub budget_remaining: Option<f64>,
    /// How long it lasts at the pace of the last hour, in seconds.
    pub time_to_exhaustion_seconds: Option<f64>,
    /// Of the objective's window, how much was seen, in seconds.
    pub history_seconds: f64,
    /// Events counted by this process.
    pub events: Counts,
    /// Time slices judged by this process, for an objective that counts slices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slices: Option<Counts>,
    /// The shown windows, shortest first.
    pub windows: Vec<WindowStatus>,
    /// The alerts.
    pub tiers: Vec<AlertStatus>,
}

/// One window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WindowStatus {
    /// Its length, such as `5m`.
    pub window: String,
    /// Good events, or slices; at the window's edge they are interpolated.
    pub good: f64,
    /// Bad events, or slices.
    pub bad: f64,
    /// How many times faster than planned the budget was spent.
    pub burn_rate: Option<f64>,
}

/// One alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AlertStatus {
    /// Name of the tier.
    pub tier: String,
    /// `page` or `ticket`.
    pub severity: String,
    /// Whether it fires.
    pub firing: bool,
    /// The burn rate above which it fires.
    pub factor: f64,
}

impl SloPage {
    /// Snapshots that were taken at this time.
    pub fn of(snapshots: &[Snapshot], time: SystemTime) -> Self {
        Self {
            time_seconds: since_epoch(time).as_secs_f64(),
            slos: snapshots.iter().map(SloStatus::from).collect(),
        }
    }

    /// As JSON, in one line.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts and finite numbers are JSON")
    }

    /// Reads the page again.
    ///
    /// # Errors
    /// When it is not such a page; the message has line and column.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}

impl From<&Snapshot> for SloStatus {
    fn from(snapshot: &Snapshot) -> Self {
        Self {
            name: snapshot.slo.clone(),
            tenant: snapshot.tenant.clone(),
            target: snapshot.target,
            period_seconds: snapshot.period.as_secs_f64(),
            state: snapshot.state.as_str().into(),
            budget_remaining: snapshot.budget_remaining,
            time_to_exhaustion_seconds: snapshot.time_to_exhaustion.map(|time| time.as_secs_f64()),
            history_seconds: snapshot.history.as_secs_f64(),
            events: snapshot.events,
            slices: snapshot.slices,
            windows: snapshot.windows.iter().map(WindowStatus::from).collect(),
            tiers: snapshot.tiers.iter().map(AlertStatus::from).collect(),
        }
    }
}

impl From<&WindowSnapshot> for WindowStatus {
    fn from(window: &WindowSnapshot) -> Self {
        let WindowSnapshot { name, counts, burn_rate, .. } = *window;
        Self { window: name.into(), good: counts.good, bad: counts.bad, burn_rate }
    }
}

impl From<&TierStatus> for AlertStatus {
    fn from(status: &TierStatus) -> Self {
        let TierStatus { tier, severity, firing, factor } = status;
        Self { tier: tier.clone(), severity: severity.as_str().into(), firing: *firing, factor: *factor }
    }
}
