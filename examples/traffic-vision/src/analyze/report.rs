//! What an analysis says about one frame.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{BoundingBox, Direction, VehicleClass};

/// The result for one frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// The frame's sequence.
    pub sequence: u64,
    /// The frame's media time.
    pub timestamp: Duration,
    /// What looks like a vehicle in this frame alone.
    pub detections: Vec<Detection>,
    /// Vehicles followed over several frames and seen in this one.
    pub vehicles: Vec<TrackedVehicle>,
    /// Vehicles counted at this frame.
    pub crossings: Vec<Crossing>,
    /// Vehicles counted so far.
    pub counted: u64,
    /// Share of the watched area that differs from the background, 0 to 1.
    pub foreground_ratio: f32,
}

/// A vehicle found in one frame.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// Where it is.
    #[serde(rename = "box")]
    pub bounding_box: BoundingBox,
    /// What it is, by its size in this frame.
    pub class: VehicleClass,
    /// How clearly it stands out and how well it fills its box, 0 to 1.
    pub confidence: f32,
    /// The lane its centre is in, from 0 at the top.
    pub lane: Option<usize>,
}

/// A vehicle followed over several frames.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TrackedVehicle {
    /// The track's number, unique for an analyzer.
    pub track: u64,
    /// Where it is.
    #[serde(rename = "box")]
    pub bounding_box: BoundingBox,
    /// What it is, by its size over the frames that showed it whole.
    pub class: VehicleClass,
    /// Its lane.
    pub lane: Option<usize>,
    /// Its speed in metres a second, once enough of its way was seen.
    pub speed_mps: Option<f32>,
}

/// A vehicle that crossed the counting line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Crossing {
    /// The track's number.
    pub track: u64,
    /// What it is.
    pub class: VehicleClass,
    /// Its lane.
    pub lane: Option<usize>,
    /// Which way it went.
    pub direction: Direction,
    /// Its speed in metres a second, averaged over the way from where it was first seen whole.
    pub speed_mps: Option<f32>,
    /// Mean confidence of its detections.
    pub confidence: f32,
}
