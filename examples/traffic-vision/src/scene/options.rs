//! What a scene looks like and how the road lies in the picture.

use crate::{Calibration, CountingLine, Direction, LaneBand};

pub(super) const LANE_WIDTH: f64 = 3.5;
pub(super) const MEDIAN_WIDTH: f64 = 2.0;
pub(super) const SHOULDER_WIDTH: f64 = 1.5;

/// Parameters of a scene. The default is what fifty cameras on two cores have room for.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneOptions {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Frames a second, by media time.
    pub fps: u32,
    /// Metres of road from the left to the right edge.
    pub view_width_metres: f64,
    /// Lanes for each of the two directions.
    pub lanes_per_direction: u32,
    /// Mean arrivals a minute in each lane.
    pub arrivals_per_lane_minute: f64,
    /// Standard deviation of the sensor noise in grey levels.
    pub noise: f64,
    /// Slow change of brightness to either side, as a share.
    pub illumination_drift: f64,
    /// How much light a vehicle's shadow takes, 0 to 1.
    pub shadow_strength: f64,
}

impl Default for SceneOptions {
    fn default() -> Self {
        Self {
            width: 160,
            height: 90,
            fps: 10,
            view_width_metres: 48.0,
            lanes_per_direction: 2,
            arrivals_per_lane_minute: 10.0,
            noise: 2.5,
            illumination_drift: 0.08,
            shadow_strength: 0.4,
        }
    }
}

/// Why a scene cannot be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SceneError {
    /// An option is outside what the generator can draw.
    #[error("{option} must be {allowed}")]
    Option {
        /// The field of [`SceneOptions`].
        option: &'static str,
        /// What it may be.
        allowed: &'static str,
    },
    /// The picture shows too little ground for its lanes.
    #[error("a road of {road_metres} m does not fit a picture that shows {view_metres} m from top to bottom")]
    RoadTooWide {
        /// Width of the road.
        road_metres: f64,
        /// Ground from the top to the bottom of the picture.
        view_metres: f64,
    },
}

impl SceneOptions {
    pub(super) fn validate(&self) -> Result<(), SceneError> {
        let rules = [
            ("width", "64 to 4096", (64..=4096).contains(&self.width)),
            ("height", "32 to 4096", (32..=4096).contains(&self.height)),
            ("fps", "1 to 120", (1..=120).contains(&self.fps)),
            ("view_width_metres", "20 to 500", (20.0..=500.0).contains(&self.view_width_metres)),
            ("lanes_per_direction", "1 to 8", (1..=8).contains(&self.lanes_per_direction)),
            ("arrivals_per_lane_minute", "0 to 60", (0.0..=60.0).contains(&self.arrivals_per_lane_minute)),
            ("noise", "0 to 20", (0.0..=20.0).contains(&self.noise)),
            ("illumination_drift", "0 to 0.3", (0.0..=0.3).contains(&self.illumination_drift)),
            ("shadow_strength", "0 to 1", (0.0..=1.0).contains(&self.shadow_strength)),
        ];
        if let Some(&(option, allowed, _)) = rules.iter().find(|(_, _, valid)| !valid) {
            return Err(SceneError::Option { option, allowed });
        }
        let view_metres = f64::from(self.height) * self.metres_per_pixel();
        let road_metres = self.road_metres();
        if road_metres > view_metres {
            return Err(SceneError::RoadTooWide { road_metres, view_metres });
        }
        Ok(())
    }

    pub(super) fn metres_per_pixel(&self) -> f64 {
        self.view_width_metres / f64::from(self.width)
    }

    pub(super) fn frame_seconds(&self) -> f64 {
        1.0 / f64::from(self.fps)
    }

    fn road_metres(&self) -> f64 {
        2.0 * (f64::from(self.lanes_per_direction) * LANE_WIDTH + SHOULDER_WIDTH) + MEDIAN_WIDTH
    }

    /// Metres from the top of the picture to the top of the upper shoulder.
    pub(super) fn road_top(&self) -> f64 {
        (f64::from(self.height) * self.metres_per_pixel() - self.road_metres()) / 2.0
    }

    /// Centres of the lanes from top to bottom, in metres from the top of the picture. Traffic keeps to the right.
    pub(super) fn lanes(&self) -> impl Iterator<Item = (Direction, f64)> + use<> {
        let per_direction = self.lanes_per_direction;
        let top = self.road_top() + SHOULDER_WIDTH;
        (0..2 * per_direction).map(move |lane| {
            let center = top + (f64::from(lane) + 0.5) * LANE_WIDTH;
            if lane < per_direction {
                (Direction::Backward, center)
            } else {
                (Direction::Forward, center + MEDIAN_WIDTH)
            }
        })
    }

    pub(super) fn calibration(&self) -> Calibration {
        let metres_per_pixel = self.metres_per_pixel();
        let pixels = |metres: f64| (metres / metres_per_pixel) as f32;
        let lanes = self.lanes().map(|(_, center)| LaneBand {
            top: pixels(center - LANE_WIDTH / 2.0),
            bottom: pixels(center + LANE_WIDTH / 2.0),
        });
        let middle = self.width as f32 / 2.0;
        Calibration {
            width: self.width,
            height: self.height,
            metres_per_pixel: metres_per_pixel as f32,
            lanes: lanes.collect(),
            counting_line: CountingLine { start: (middle, 0.0), end: (middle, self.height as f32) },
        }
    }
}
