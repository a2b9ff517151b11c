//! Which process this is.

use std::time::UNIX_EPOCH;

use serde::Serialize;

use crate::admin::State;

/// The process that answers.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Service {
    pub(crate) name: String,
    pub(crate) version: String,
    /// What the service said about its build; empty if nothing.
    pub(crate) build: String,
    /// `release` or `debug`, and the platform.
    pub(crate) profile: &'static str,
    pub(crate) platform: String,
    pub(crate) telemetry_version: &'static str,
    pub(crate) host: String,
    pub(crate) pid: u32,
    pub(crate) started_unix_seconds: f64,
    pub(crate) uptime_seconds: f64,
}

impl Service {
    pub(crate) fn of(state: &State) -> Self {
        let settings = &state.core.settings;
        Self {
            name: settings.service.to_string(),
            version: settings.service_version.to_string(),
            build: state.settings.build.to_string(),
            profile: if cfg!(debug_assertions) { "debug" } else { "release" },
            platform: format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
            telemetry_version: env!("CARGO_PKG_VERSION"),
            host: state.host.to_string(),
            pid: std::process::id(),
            started_unix_seconds: state
                .started_at
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default()
                .as_secs_f64(),
            uptime_seconds: state.started.elapsed().as_secs_f64(),
        }
    }
}
