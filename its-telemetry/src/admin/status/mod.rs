//! What the status page and `/status.json` show, gathered in one go so that both say the same.

#[cfg(feature = "slo")]
mod budgets;
mod calls;
mod cameras;
#[cfg(feature = "gpu")]
mod gpus;
mod health;
mod journal;
mod service;

use serde::Serialize;

#[cfg(feature = "slo")]
pub(super) use budgets::BudgetRow;
pub(super) use calls::CallRow;
pub(super) use cameras::{CameraRow, CameraState, Cameras};
#[cfg(feature = "gpu")]
pub(super) use gpus::{GpuRow, GpuTable};
pub(super) use health::{Health, Limit};
pub(super) use journal::JournalRow;
pub(super) use service::Service;

use super::State;
use super::history::{SLOT, Table};
use super::readiness::Report;

/// Everything at one moment.
#[derive(Debug, Serialize)]
pub(super) struct Status {
    pub(super) service: Service,
    pub(super) readiness: Report,
    pub(super) windows: Windows,
    #[cfg(feature = "slo")]
    pub(super) error_budgets: Vec<BudgetRow>,
    /// All models together.
    pub(super) inference: CallRow,
    pub(super) models: Vec<CallRow>,
    /// Requests that the service answers.
    pub(super) routes: Vec<CallRow>,
    /// Requests that the service makes.
    pub(super) clients: Vec<CallRow>,
    pub(super) stages: Vec<CallRow>,
    /// There are more models, routes or stages than are followed.
    pub(super) calls_left_out: bool,
    pub(super) cameras: Cameras,
    #[cfg(feature = "gpu")]
    pub(super) gpus: GpuTable,
    pub(super) failures: Vec<JournalRow>,
    pub(super) slowest: Vec<JournalRow>,
    pub(super) telemetry: Health,
    pub(super) controls: Controls,
}

/// How far back the figures reach.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Windows {
    pub(super) calls_seconds: f64,
    pub(super) cameras_seconds: f64,
    /// Time between two points of a history, at least.
    pub(super) point_seconds: f64,
}

/// What can be changed while the service runs.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Controls {
    /// Absent when the service's subscriber has no level of ours.
    pub(super) log_level: Option<String>,
    pub(super) sampling_ratio: f64,
    pub(super) changes_allowed: bool,
    /// What a change must carry as `change_token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) change_token: Option<String>,
}

impl Status {
    pub(super) async fn gather(state: &State) -> Self {
        let readiness = state.readiness.report().await;
        let core = &state.core;
        let history = state.history();
        let table = |table| history.calls(table).iter().map(CallRow::of).collect();
        Self {
            service: Service::of(state),
            readiness,
            windows: Windows {
                calls_seconds: history.call_window().seconds,
                cameras_seconds: history.camera_window().seconds,
                point_seconds: SLOT.as_secs_f64(),
            },
            #[cfg(feature = "slo")]
            error_budgets: BudgetRow::all(core.settings.slos.as_ref()),
            inference: CallRow::of(&history.all_calls(Table::Models)),
            models: table(Table::Models),
            routes: table(Table::Routes),
            clients: table(Table::Clients),
            stages: table(Table::Stages),
            calls_left_out: history.left_out().calls,
            cameras: Cameras::of(&history, state.settings.camera_silent_after),
            #[cfg(feature = "gpu")]
            gpus: GpuTable::of(core.settings.gpus.as_ref()),
            failures: core.journal.failures().iter().map(JournalRow::of).collect(),
            slowest: core.journal.slowest().iter().map(JournalRow::of).collect(),
            telemetry: Health::of(core),
            controls: Controls::of(state),
        }
    }
}

impl Controls {
    pub(super) fn of(state: &State) -> Self {
        let allowed = state.settings.allow_changes;
        Self {
            log_level: state.log_level.as_ref().map(|level| level.text()),
            sampling_ratio: state.core.sampler.ratio(),
            changes_allowed: allowed,
            change_token: allowed.then(|| state.change_token.to_string()),
        }
    }
}
