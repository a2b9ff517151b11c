//! Parameters of an analysis and what can be wrong with its input.

use std::time::Duration;

use crate::Calibration;

/// Parameters of an analysis. [`new`](Self::new) sets what works from 160x90 pixels upwards.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalyzerOptions {
    /// The camera's geometry.
    pub calibration: Calibration,
    /// Grey levels from which a pixel counts as different from the background.
    pub threshold: u8,
    /// How long a changed pixel must hold still to become background, so that ghosts and parked vehicles go away.
    pub absorb_after: Duration,
    /// Metres at each edge of a lane that are not looked at: shadows of the next lane fall there.
    pub lane_margin_metres: f32,
    /// Gaps up to this many metres within a vehicle are closed.
    pub close_gap_metres: f32,
    /// Smaller areas, in square metres, are noise.
    pub min_area_square_metres: f32,
    /// How long a track lives without a detection.
    pub coast: Duration,
    /// Detections a track needs before it is shown and counted.
    pub min_hits: u32,
    /// The fastest vehicle, in metres a second: how far a new track may jump.
    pub max_speed_mps: f32,
}

impl AnalyzerOptions {
    /// The usual parameters for a camera.
    pub fn new(calibration: Calibration) -> Self {
        Self {
            calibration,
            threshold: 16,
            absorb_after: Duration::from_secs(4),
            lane_margin_metres: 0.45,
            close_gap_metres: 1.5,
            min_area_square_metres: 0.8,
            coast: Duration::from_millis(700),
            min_hits: 3,
            max_speed_mps: 45.0,
        }
    }

    pub(super) fn validate(&self) -> Result<(), AnalyzeError> {
        let Calibration { width, height, metres_per_pixel, lanes, counting_line } = &self.calibration;
        let positive = |value: f32| value.is_finite() && value > 0.0;
        let side = 16..=4096;
        let lane_fits = |top: f32, bottom: f32| 0.0 <= top && top < bottom && bottom <= *height as f32;
        let rules = [
            ("frame sides must be 16 to 4096 pixels", side.contains(width) && side.contains(height)),
            ("metres_per_pixel must be 0.001 to 10", (0.001..=10.0).contains(metres_per_pixel)),
            ("lanes must lie in the picture", lanes.iter().all(|lane| lane_fits(lane.top, lane.bottom))),
            ("there may be at most 64 lanes", lanes.len() <= 64),
            ("the counting line must have a length", counting_line.is_valid()),
            ("max_speed_mps must be positive", positive(self.max_speed_mps)),
            ("close_gap_metres must be 0 to 100", (0.0..=100.0).contains(&self.close_gap_metres)),
            ("min_area_square_metres must be positive", positive(self.min_area_square_metres)),
            ("lane_margin_metres must not be negative", self.lane_margin_metres >= 0.0),
        ];
        match rules.iter().find(|(_, valid)| !valid) {
            Some(&(rule, _)) => Err(AnalyzeError::Options(rule)),
            None => Ok(()),
        }
    }
}

/// Why a frame was not analysed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnalyzeError {
    /// The options cannot work.
    #[error("{0}")]
    Options(&'static str),
    /// The frame is not of the calibrated size.
    #[error("the camera is calibrated for {}x{} pixels, the frame has {}x{}", expected.0, expected.1, found.0, found.1)]
    Geometry {
        /// Width and height of the calibration.
        expected: (u32, u32),
        /// Width and height of the frame.
        found: (u32, u32),
    },
    /// The frame's data does not match its own size.
    #[error("the frame should hold {expected} pixels, it holds {found}")]
    Length {
        /// Width times height.
        expected: usize,
        /// Pixels present.
        found: usize,
    },
    /// The frame is not newer than the last one; after a restart of the stream call
    /// [`Analyzer::restart`](super::Analyzer::restart).
    #[error("frame {found} is not newer than frame {last}")]
    OutOfOrder {
        /// Sequence of the last frame analysed.
        last: u64,
        /// Sequence of this frame.
        found: u64,
    },
}
