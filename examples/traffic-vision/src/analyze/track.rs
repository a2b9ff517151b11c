//! One vehicle, followed.

use std::time::Duration;

use super::detect::class_of;
use super::report::{Crossing, Detection, TrackedVehicle};
use crate::{BoundingBox, Calibration, Direction, VehicleClass};

/// The weight of the newest movement in the velocity that predicts the next one.
const VELOCITY_WEIGHT: f32 = 0.4;
/// A speed is reported once it was watched for so long.
const MIN_SPEED_SECONDS: f32 = 0.15;
/// Pixels from the picture's edge at which a vehicle may be cut off.
const EDGE: f32 = 1.5;

#[derive(Debug)]
pub(super) struct Track {
    id: u64,
    latest: Detection,
    pub(super) seen_at: Duration,
    pub(super) hits: u32,
    /// Pixels a second.
    pub(super) velocity: Option<(f32, f32)>,
    /// Where it was when it was first seen whole, and where last.
    first_whole: Option<(Duration, (f32, f32))>,
    last_whole: Option<(Duration, (f32, f32))>,
    whole_hits: u32,
    length_sum: f32,
    confidence_sum: f32,
    counted: bool,
}

impl Track {
    pub(super) fn new(id: u64, detection: Detection, now: Duration, calibration: &Calibration) -> Self {
        let mut track = Self {
            id,
            latest: detection,
            seen_at: now,
            hits: 0,
            velocity: None,
            first_whole: None,
            last_whole: None,
            whole_hits: 0,
            length_sum: 0.0,
            confidence_sum: 0.0,
            counted: false,
        };
        track.note(detection, now, calibration);
        track
    }

    pub(super) fn lane(&self) -> Option<usize> {
        self.latest.lane
    }

    /// Takes the detection that continues the track. Returns the crossing if it is the one to count.
    pub(super) fn follow(
        &mut self,
        detection: Detection,
        now: Duration,
        calibration: &Calibration,
        min_hits: u32,
    ) -> Option<Crossing> {
        let line = &calibration.counting_line;
        let before = line.signed_distance(self.latest.bounding_box.center());
        self.update_velocity(&detection.bounding_box, now, calibration);
        self.note(detection, now, calibration);
        let center = detection.bounding_box.center();
        let after = line.signed_distance(center);
        if self.counted || self.hits < min_hits || (before < 0.0) == (after < 0.0) || !line.is_beside(center)
        {
            return None;
        }
        self.counted = true;
        Some(Crossing {
            track: self.id,
            class: self.class(calibration),
            lane: detection.lane,
            direction: if after < 0.0 { Direction::Backward } else { Direction::Forward },
            speed_mps: self.speed_mps(calibration),
            confidence: self.confidence_sum / self.hits as f32,
        })
    }

    fn note(&mut self, detection: Detection, now: Duration, calibration: &Calibration) {
        self.latest = detection;
        self.seen_at = now;
        self.hits += 1;
        self.confidence_sum += detection.confidence;
        let bounding_box = &detection.bounding_box;
        if !Cut::of(bounding_box, calibration).any() {
            let whole = Some((now, bounding_box.center()));
            self.first_whole = self.first_whole.or(whole);
            self.last_whole = whole;
            self.whole_hits += 1;
            self.length_sum += bounding_box.width().max(bounding_box.height());
        }
    }

    /// Measures only edges that the picture's border does not hold in place.
    fn update_velocity(&mut self, to: &BoundingBox, now: Duration, calibration: &Calibration) {
        let seconds = (now - self.seen_at).as_secs_f32();
        let from = self.latest.bounding_box;
        let (cut_from, cut_to) = (Cut::of(&from, calibration), Cut::of(to, calibration));
        let free = |edge: fn(&Cut) -> bool, moved: f32| {
            (!edge(&cut_from) && !edge(&cut_to)).then_some(moved / seconds)
        };
        let x = mean(free(|cut| cut.left, to.left - from.left), free(|cut| cut.right, to.right - from.right));
        let y = mean(free(|cut| cut.top, to.top - from.top), free(|cut| cut.bottom, to.bottom - from.bottom));
        let blend = |old: f32, new: Option<f32>| new.map_or(old, |new| old + VELOCITY_WEIGHT * (new - old));
        self.velocity = match self.velocity {
            Some((old_x, old_y)) => Some((blend(old_x, x), blend(old_y, y))),
            None => x.zip(y.or(Some(0.0))),
        };
    }

    /// Where it should be now, as far as the picture shows it.
    pub(super) fn predict(
        &self,
        velocity: (f32, f32),
        now: Duration,
        calibration: &Calibration,
    ) -> BoundingBox {
        let seconds = (now - self.seen_at).as_secs_f32();
        let moved = self.latest.bounding_box.shifted(velocity.0 * seconds, velocity.1 * seconds);
        let (right, bottom) = (calibration.width as f32, calibration.height as f32);
        BoundingBox {
            left: moved.left.clamp(0.0, right),
            top: moved.top.clamp(0.0, bottom),
            right: moved.right.clamp(0.0, right),
            bottom: moved.bottom.clamp(0.0, bottom),
        }
    }

    pub(super) fn report(&self, calibration: &Calibration) -> TrackedVehicle {
        TrackedVehicle {
            track: self.id,
            bounding_box: self.latest.bounding_box,
            class: self.class(calibration),
            lane: self.latest.lane,
            speed_mps: self.speed_mps(calibration),
        }
    }

    fn class(&self, calibration: &Calibration) -> VehicleClass {
        match self.whole_hits {
            0 => self.latest.class,
            hits => class_of(self.length_sum / hits as f32 * calibration.metres_per_pixel),
        }
    }

    /// Way over time between the first and the last sight of the whole vehicle.
    fn speed_mps(&self, calibration: &Calibration) -> Option<f32> {
        let ((start, from), (end, to)) = self.first_whole.zip(self.last_whole)?;
        let seconds = (end - start).as_secs_f32();
        let pixels = (to.0 - from.0).hypot(to.1 - from.1);
        (seconds >= MIN_SPEED_SECONDS).then(|| pixels * calibration.metres_per_pixel / seconds)
    }
}

/// Which edges of a box lie at the picture's border, where the vehicle may go on unseen.
struct Cut {
    left: bool,
    top: bool,
    right: bool,
    bottom: bool,
}

impl Cut {
    fn of(bounding_box: &BoundingBox, calibration: &Calibration) -> Self {
        Self {
            left: bounding_box.left < EDGE,
            top: bounding_box.top < EDGE,
            right: bounding_box.right > calibration.width as f32 - EDGE,
            bottom: bounding_box.bottom > calibration.height as f32 - EDGE,
        }
    }

    fn any(&self) -> bool {
        self.left || self.top || self.right || self.bottom
    }
}

fn mean(one: Option<f32>, other: Option<f32>) -> Option<f32> {
    match (one, other) {
        (Some(one), Some(other)) => Some((one + other) / 2.0),
        (one, other) => one.or(other),
    }
}
