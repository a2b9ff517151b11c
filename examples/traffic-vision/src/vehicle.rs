//! The words that the generator and the analysis share.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of vehicle it is, by size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VehicleClass {
    /// About 2 m long.
    Motorcycle,
    /// About 4.5 m long.
    Car,
    /// Vans and pick-ups, about 6.5 m long.
    LightTruck,
    /// About 12 m long.
    Bus,
    /// Articulated, about 15 m long.
    Truck,
}

impl VehicleClass {
    /// Every class, by rising length.
    pub const ALL: [Self; 5] = [Self::Motorcycle, Self::Car, Self::LightTruck, Self::Bus, Self::Truck];

    /// The class as a label value, such as `light_truck`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Motorcycle => "motorcycle",
            Self::Car => "car",
            Self::LightTruck => "light_truck",
            Self::Bus => "bus",
            Self::Truck => "truck",
        }
    }
}

impl fmt::Display for VehicleClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Which way a vehicle crosses the counting line, seen by someone who looks from the start of the line to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Right to left for that viewer: with a line drawn from top to bottom, left to right in the picture.
    Forward,
    /// The other way.
    Backward,
}

impl Direction {
    /// The direction as a label value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Backward => "backward",
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A rectangle in pixels, with the origin at the top left of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct BoundingBox {
    /// Left edge.
    pub left: f32,
    /// Top edge.
    pub top: f32,
    /// Right edge, exclusive.
    pub right: f32,
    /// Bottom edge, exclusive.
    pub bottom: f32,
}

impl BoundingBox {
    /// Pixels from left to right.
    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    /// Pixels from top to bottom.
    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// The centre, `(x, y)`.
    pub fn center(&self) -> (f32, f32) {
        ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    /// Intersection over union, 0 to 1.
    pub fn iou(&self, other: &Self) -> f32 {
        let width = self.right.min(other.right) - self.left.max(other.left);
        let height = self.bottom.min(other.bottom) - self.top.max(other.top);
        if width <= 0.0 || height <= 0.0 {
            return 0.0;
        }
        let intersection = width * height;
        intersection / (self.width() * self.height() + other.width() * other.height() - intersection)
    }

    pub(crate) fn shifted(&self, dx: f32, dy: f32) -> Self {
        Self { left: self.left + dx, top: self.top + dy, right: self.right + dx, bottom: self.bottom + dy }
    }
}
