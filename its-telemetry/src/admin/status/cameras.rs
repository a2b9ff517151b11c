//! Cameras as the page shows them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use crate::admin::history::{CameraHistory, History};

/// All cameras.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cameras {
    pub(crate) receiving: usize,
    pub(crate) silent: usize,
    pub(crate) down: usize,
    pub(crate) frames_per_second: Option<f64>,
    pub(crate) bytes_per_second: Option<f64>,
    pub(crate) drops_per_second: Option<f64>,
    pub(crate) frame_rate_history: Vec<f64>,
    pub(crate) byte_rate_history: Vec<f64>,
    /// A camera without a new frame for this long is silent.
    pub(crate) silent_after_seconds: f64,
    /// There are more cameras than are followed.
    pub(crate) left_out: bool,
    pub(crate) list: Vec<CameraRow>,
}

/// One camera. Rates are of the window of the cameras.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CameraRow {
    pub(crate) tenant: String,
    pub(crate) camera: String,
    pub(crate) state: CameraState,
    pub(crate) last_frame_age_seconds: Option<f64>,
    pub(crate) frames_per_second: Option<f64>,
    pub(crate) bytes_per_second: Option<f64>,
    pub(crate) drops_per_second: Option<f64>,
    /// Inference calls made for the camera.
    pub(crate) calls_per_second: Option<f64>,
    pub(crate) error_ratio: Option<f64>,
    pub(crate) frames_since_start: f64,
    pub(crate) drops_since_start: f64,
}

/// How a camera is; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CameraState {
    /// The service says that it is lost.
    Down,
    /// Frames came, and no longer do.
    Silent,
    /// No frame has come yet.
    Waiting,
    /// Frames come.
    Receiving,
    /// The service makes calls for it and meters no frames.
    NotMetered,
}

impl Cameras {
    pub(super) fn of(history: &History, silent_after: Duration) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64();
        let silent_after = silent_after.as_secs_f64();
        let row = |camera: &CameraHistory| CameraRow::of(camera, now, silent_after);
        let (frame_rate_history, byte_rate_history) = history.camera_lines();
        let list: Vec<CameraRow> = history.cameras().iter().map(row).collect();
        let count = |state| list.iter().filter(|camera| camera.state == state).count();
        let sum = |of: fn(&CameraRow) -> Option<f64>| {
            list.iter().map(of).reduce(|sum, n| Some(sum? + n?)).flatten()
        };
        Self {
            receiving: count(CameraState::Receiving),
            silent: count(CameraState::Silent),
            down: count(CameraState::Down),
            frames_per_second: sum(|camera| camera.frames_per_second),
            bytes_per_second: sum(|camera| camera.bytes_per_second),
            drops_per_second: sum(|camera| camera.drops_per_second),
            frame_rate_history,
            byte_rate_history,
            silent_after_seconds: silent_after,
            left_out: history.left_out().cameras,
            list,
        }
    }
}

impl CameraRow {
    fn of(camera: &CameraHistory, now: f64, silent_after: f64) -> Self {
        let figures = &camera.figures;
        let age = figures.last_frame.map(|at| (now - at).max(0.0));
        let state = match (figures.up, age) {
            (Some(false), Some(_)) => CameraState::Down,
            (Some(false), None) => CameraState::Waiting,
            (_, Some(age)) if age > silent_after => CameraState::Silent,
            (_, Some(_)) => CameraState::Receiving,
            (Some(true), None) => CameraState::Waiting,
            (None, None) => CameraState::NotMetered,
        };
        Self {
            tenant: camera.tenant.to_string(),
            camera: camera.camera.to_string(),
            state,
            last_frame_age_seconds: age,
            frames_per_second: figures.frames,
            bytes_per_second: figures.bytes,
            drops_per_second: figures.drops,
            calls_per_second: figures.calls,
            error_ratio: figures.error_ratio,
            frames_since_start: figures.frames_since_start,
            drops_since_start: figures.drops_since_start,
        }
    }
}
