//! What really crossed the counting line.

use crate::{Direction, VehicleClass};

/// One vehicle whose centre crossed the counting line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrueCrossing {
    /// The vehicle's class.
    pub class: VehicleClass,
    /// Its lane, from 0 at the top of the picture.
    pub lane: usize,
    /// Its direction.
    pub direction: Direction,
    /// Its speed at the line in metres a second.
    pub speed_mps: f64,
}

/// Totals since the first frame. They take the same room however long a scene runs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroundTruth {
    vehicles: u64,
    by_class: [u64; VehicleClass::ALL.len()],
    by_lane: Vec<u64>,
    by_direction: [u64; 2],
    speed_sum: f64,
}

impl GroundTruth {
    pub(super) fn new(lanes: usize) -> Self {
        Self { by_lane: vec![0; lanes], ..Self::default() }
    }

    pub(super) fn record(&mut self, crossing: &TrueCrossing) {
        self.vehicles += 1;
        self.by_class[crossing.class as usize] += 1;
        self.by_lane[crossing.lane] += 1;
        self.by_direction[crossing.direction as usize] += 1;
        self.speed_sum += crossing.speed_mps;
    }

    /// Vehicles that crossed the counting line.
    pub fn vehicles(&self) -> u64 {
        self.vehicles
    }

    /// Those of a class.
    pub fn of_class(&self, class: VehicleClass) -> u64 {
        self.by_class[class as usize]
    }

    /// Those in each lane, from the top of the picture.
    pub fn by_lane(&self) -> &[u64] {
        &self.by_lane
    }

    /// Those in a direction.
    pub fn in_direction(&self, direction: Direction) -> u64 {
        self.by_direction[direction as usize]
    }

    /// Mean speed at the line in metres a second; `None` before the first vehicle.
    pub fn mean_speed_mps(&self) -> Option<f64> {
        (self.vehicles > 0).then(|| self.speed_sum / self.vehicles as f64)
    }
}
