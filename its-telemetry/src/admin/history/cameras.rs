//! What the history keeps of one camera.

use super::ring::Ring;
use super::window::Window;

/// A counter of a camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    Frames,
    Bytes,
    Drops,
    Calls,
    BadCalls,
}

const COUNTS: usize = 5;

/// Counters of cameras, and what they count.
pub(super) const COUNTERS: &[(&str, Count)] = &[
    ("its_camera_frames_received_total", Count::Frames),
    ("its_camera_received_bytes_total", Count::Bytes),
    ("its_camera_frames_dropped_total", Count::Drops),
    ("its_camera_inference_requests_total", Count::Calls),
];

pub(super) const LAST_FRAME: &str = "its_camera_last_frame_timestamp_seconds";
pub(super) const UP: &str = "its_camera_up";

/// Cameras that are followed.
pub(super) const LIMIT: usize = 2_000;

/// One camera in the last minutes.
#[derive(Debug)]
pub(super) struct CameraTrack {
    ring: Ring,
    /// Seconds since the Unix epoch; `None` before the first frame.
    pub(super) last_frame: Option<f64>,
    /// What the service said about it.
    pub(super) up: Option<bool>,
    pub(super) seen: u64,
}

/// Numbers of one camera over a window.
#[derive(Clone, Debug, Default)]
pub(crate) struct CameraFigures {
    pub(crate) frames: Option<f64>,
    pub(crate) bytes: Option<f64>,
    pub(crate) drops: Option<f64>,
    pub(crate) calls: Option<f64>,
    /// Share of bad inference calls.
    pub(crate) error_ratio: Option<f64>,
    pub(crate) frames_since_start: f64,
    pub(crate) drops_since_start: f64,
    pub(crate) last_frame: Option<f64>,
    pub(crate) up: Option<bool>,
}

impl CameraTrack {
    pub(super) fn new() -> Self {
        Self { ring: Ring::new(COUNTS), last_frame: None, up: None, seen: 0 }
    }

    pub(super) fn add(&mut self, slot: usize, count: Count, n: f64) {
        self.ring.add(slot, count as usize, n);
    }

    pub(super) fn clear(&mut self, slot: usize) {
        self.ring.clear(slot);
    }

    pub(super) fn figures(&self, window: &Window) -> CameraFigures {
        let sum = |count: Count| self.ring.sum(&window.slots, count as usize);
        let (good, bad) = (sum(Count::Calls), sum(Count::BadCalls));
        CameraFigures {
            frames: window.rate(sum(Count::Frames)),
            bytes: window.rate(sum(Count::Bytes)),
            drops: window.rate(sum(Count::Drops)),
            calls: window.rate(good + bad),
            error_ratio: (good + bad > 0.0).then(|| bad / (good + bad)),
            frames_since_start: self.ring.total(Count::Frames as usize),
            drops_since_start: self.ring.total(Count::Drops as usize),
            last_frame: self.last_frame,
            up: self.up,
        }
    }

    pub(super) fn in_slot(&self, slot: usize, count: Count) -> f64 {
        f64::from(self.ring.row(slot)[count as usize])
    }
}
