//! Noteworthy calls as the page shows them.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::observe::Entry;
use crate::scope::{CameraId, TenantId};

/// A call that somebody may want to look up.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct JournalRow {
    /// When it ended, in seconds since the Unix epoch.
    pub(crate) at_unix_seconds: f64,
    pub(crate) age_seconds: f64,
    pub(crate) name: String,
    pub(crate) tenant: Option<String>,
    pub(crate) camera: Option<String>,
    pub(crate) outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error_kind: Option<&'static str>,
    pub(crate) took_seconds: f64,
    pub(crate) trace_id: String,
    pub(crate) span_id: String,
}

impl JournalRow {
    pub(super) fn of(entry: &Entry) -> Self {
        let at = entry.at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let age = SystemTime::now().duration_since(entry.at).unwrap_or_default();
        Self {
            at_unix_seconds: at.as_secs_f64(),
            age_seconds: age.as_secs_f64(),
            name: entry.name.to_string(),
            tenant: entry.tenant.as_ref().map(TenantId::to_string),
            camera: entry.camera.as_ref().map(CameraId::to_string),
            outcome: entry.outcome.as_str(),
            error_kind: entry.error_kind,
            took_seconds: entry.took.as_secs_f64(),
            trace_id: format!("{:032x}", entry.identity.trace_id()),
            span_id: format!("{:016x}", entry.identity.span_id()),
        }
    }
}
