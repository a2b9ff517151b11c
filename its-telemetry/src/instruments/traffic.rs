//! The traffic that a camera counts.

use super::*;
use crate::registry::Histogram;
use crate::scope::Scope;

/// Handles on the traffic seen by one camera. Make it once for each camera and keep it.
///
/// ```
/// use its_telemetry::{Telemetry, instruments::{Direction, Traffic, VehicleClass}};
///
/// let telemetry = Telemetry::builder("inference-service").build()?;
/// let traffic = Traffic::new(&telemetry.scope("city-17", "junction-4")?);
/// traffic.vehicle_passed(VehicleClass::Car, Direction::Forward, Some(0), Some(13.9));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Traffic {
    scope: Scope,
    speed: Histogram,
}

/// Lanes with a label of their own; a wider road counts under the last one.
const LANES: usize = 16;

impl Traffic {
    /// The traffic of the camera of this scope.
    pub fn new(scope: &Scope) -> Self {
        Self { speed: scope.core().histogram(&TRAFFIC_SPEED, &[], &[]), scope: scope.clone() }
    }

    /// A vehicle crossed the counting line, in `lane` from 0, at a speed in metres a second when it is known.
    pub fn vehicle_passed(
        &self,
        class: VehicleClass,
        direction: Direction,
        lane: Option<usize>,
        speed: Option<f64>,
    ) {
        let (tenant, camera) = self.scope.camera_labels();
        let lane = lane.map_or_else(|| "unknown".to_owned(), |lane| lane.min(LANES - 1).to_string());
        let labels = [
            ("tenant", tenant),
            ("camera", camera),
            ("lane", &lane),
            ("direction", direction.as_str()),
            ("vehicle_class", class.as_str()),
        ];
        // A vehicle is rare beside a frame: the look-up costs less than handles for every lane and class would.
        self.scope.core().counter(&TRAFFIC_VEHICLES, &labels, CAMERA_FOLDS).add(1);
        if let Some(speed) = speed
            && !self.speed.record(speed)
        {
            self.scope.core().dropped.add("metrics", "not_finite", 1);
        }
    }
}
