//! What the checks said.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

/// What all checks said.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) ready: bool,
    pub(crate) checks: Vec<CheckReport>,
}

/// What one check said.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CheckReport {
    pub(crate) name: String,
    pub(crate) ready: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    pub(crate) took_seconds: f64,
}

impl CheckReport {
    pub(super) fn new(name: &str, result: Result<(), String>, took: Duration) -> Self {
        Self {
            name: name.into(),
            ready: result.is_ok(),
            reason: result.err(),
            took_seconds: took.as_secs_f64(),
        }
    }
}

impl Report {
    pub(super) fn new(checks: Vec<CheckReport>) -> Self {
        Self { ready: checks.iter().all(|check| check.ready), checks }
    }

    /// The answer in one word.
    pub(crate) fn word(&self) -> &'static str {
        if self.ready { "ready" } else { "not ready" }
    }

    /// A line for each check.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{}\n", self.word());
        for check in &self.checks {
            let state = if check.ready { "ok  " } else { "fail" };
            // One check, one line, whatever its name and reason are.
            let _ = write!(text, "{state} {}", check.name.escape_debug());
            if let Some(reason) = &check.reason {
                let _ = write!(text, ": {}", reason.escape_debug());
            }
            text.push('\n');
        }
        text
    }
}
