//! Vehicles that arrive, follow each other and leave.

use std::collections::VecDeque;

use super::options::{LANE_WIDTH, SceneOptions};
use super::random::Random;
use crate::{BoundingBox, Direction, VehicleClass};

/// Seconds in which nothing arrives, so that the first frames show the empty road.
const EMPTY_START: f64 = 1.0;
const STANDSTILL_GAP: f64 = 2.0;
const TIME_GAP: f64 = 1.0;
const MAX_ACCELERATION: f64 = 1.5;
const MAX_BRAKING: f64 = 5.0;
/// Metres before the picture where a vehicle starts, so that its shadow does not pop up.
const APPROACH: f64 = 3.0;

/// A vehicle of the scene, with its true state. Lengths in metres.
#[derive(Debug, Clone)]
pub struct Vehicle {
    pub(super) class: VehicleClass,
    pub(super) length: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    /// Grey value of the body.
    pub(super) tone: f64,
    pub(super) speed: f64,
    desired_speed: f64,
    /// Centre, along the lane from the picture edge where it enters.
    position: f64,
    /// Centre, to the side of the lane's centre.
    offset: f64,
}

#[derive(Debug)]
pub(super) struct Lane {
    pub(super) direction: Direction,
    /// Metres from the top of the picture.
    center: f64,
    mean_speed: f64,
    /// Front-most first.
    pub(super) vehicles: VecDeque<Vehicle>,
    next_arrival: f64,
    waiting: Option<Vehicle>,
}

/// All lanes and the clock they share.
#[derive(Debug)]
pub(super) struct Traffic {
    pub(super) lanes: Vec<Lane>,
    seconds: f64,
    road_length: f64,
    mean_arrival_gap: f64,
}

impl Traffic {
    pub(super) fn new(options: &SceneOptions, random: &mut Random) -> Self {
        let per_direction = f64::from(options.lanes_per_direction);
        let mean_arrival_gap = 60.0 / options.arrivals_per_lane_minute;
        let lane = |(index, (direction, center)): (usize, (Direction, f64))| {
            let from_median = (index as f64 + 0.5 - per_direction).abs() - 0.5;
            Lane {
                direction,
                center,
                mean_speed: (18.0 - 4.0 * from_median).max(10.0),
                vehicles: VecDeque::new(),
                next_arrival: EMPTY_START + random.exponential(mean_arrival_gap),
                waiting: None,
            }
        };
        Self {
            lanes: options.lanes().enumerate().map(lane).collect(),
            seconds: 0.0,
            road_length: options.view_width_metres,
            mean_arrival_gap,
        }
    }

    /// Moves everything by `elapsed` seconds; `crossed` sees each vehicle whose centre passes the middle of the road.
    pub(super) fn step(
        &mut self,
        elapsed: f64,
        random: &mut Random,
        mut crossed: impl FnMut(usize, &Lane, &Vehicle),
    ) {
        self.seconds += elapsed;
        let line = self.road_length / 2.0;
        for (index, lane) in self.lanes.iter_mut().enumerate() {
            let mut crossing = None;
            for at in 0..lane.vehicles.len() {
                let leader = at.checked_sub(1).map(|leader| lane.vehicles[leader].rear());
                let vehicle = &mut lane.vehicles[at];
                let before = vehicle.position;
                vehicle.advance(elapsed, leader);
                if before < line && vehicle.position >= line {
                    crossing = Some(at);
                }
            }
            if let Some(at) = crossing {
                crossed(index, lane, &lane.vehicles[at]);
            }
            if lane.vehicles.front().is_some_and(|first| first.rear() > self.road_length + APPROACH) {
                lane.vehicles.pop_front();
            }
            lane.admit(self.seconds, self.mean_arrival_gap, random);
        }
    }

    /// Each vehicle with its lane and its true outline in pixels, also of those that are not in the picture yet.
    pub(super) fn outlines(
        &self,
        metres_per_pixel: f64,
    ) -> impl Iterator<Item = (usize, &Lane, &Vehicle, BoundingBox)> {
        self.lanes.iter().enumerate().flat_map(move |(index, lane)| {
            lane.vehicles.iter().map(move |vehicle| {
                let x = match lane.direction {
                    Direction::Forward => vehicle.position,
                    Direction::Backward => self.road_length - vehicle.position,
                };
                let y = lane.center + vehicle.offset;
                let pixels = |metres: f64| (metres / metres_per_pixel) as f32;
                let outline = BoundingBox {
                    left: pixels(x - vehicle.length / 2.0),
                    top: pixels(y - vehicle.width / 2.0),
                    right: pixels(x + vehicle.length / 2.0),
                    bottom: pixels(y + vehicle.width / 2.0),
                };
                (index, lane, vehicle, outline)
            })
        })
    }
}

impl Lane {
    /// Lets the vehicle that has arrived enter as soon as there is room behind the last one.
    fn admit(&mut self, now: f64, mean_gap: f64, random: &mut Random) {
        if self.waiting.is_none() && now >= self.next_arrival {
            self.waiting = Some(Vehicle::new(self.mean_speed, random));
            self.next_arrival += random.exponential(mean_gap);
        }
        let last = self.vehicles.back().map(Vehicle::rear);
        if let Some(vehicle) =
            self.waiting.take_if(|vehicle| vehicle.free_speed(last) >= 0.6 * vehicle.desired_speed)
        {
            let speed = vehicle.free_speed(last);
            self.vehicles.push_back(Vehicle { speed, ..vehicle });
        }
    }
}

impl Vehicle {
    fn new(lane_speed: f64, random: &mut Random) -> Self {
        use VehicleClass::{Bus, Car, LightTruck, Motorcycle, Truck};
        let class = match random.unit() {
            share if share < 0.07 => Motorcycle,
            share if share < 0.74 => Car,
            share if share < 0.87 => LightTruck,
            share if share < 0.92 => Bus,
            _ => Truck,
        };
        let (length, width, height, pace) = match class {
            Motorcycle => (random.range(2.0, 2.3), 0.8, 1.5, 1.05),
            Car => (random.range(4.0, 4.8), 1.8, 1.5, 1.0),
            LightTruck => (random.range(6.0, 7.2), 2.1, 2.3, 0.95),
            Bus => (random.range(11.0, 12.5), 2.5, 3.2, 0.85),
            Truck => (random.range(14.0, 16.5), 2.5, 3.6, 0.85),
        };
        let room = (LANE_WIDTH - width) / 2.0 - 0.4;
        let desired_speed = random.normal(lane_speed * pace, 1.8).clamp(6.0, 30.0);
        Self {
            class,
            length,
            width,
            height,
            tone: body_tone(random),
            speed: desired_speed,
            desired_speed,
            position: -length / 2.0 - APPROACH,
            offset: random.range(-room, room).clamp(-0.4, 0.4),
        }
    }

    fn rear(&self) -> f64 {
        self.position - self.length / 2.0
    }

    fn front(&self) -> f64 {
        self.position + self.length / 2.0
    }

    /// The speed that keeps the time gap to a leader whose rear is at `leader`.
    fn free_speed(&self, leader: Option<f64>) -> f64 {
        let gap = leader.map_or(f64::INFINITY, |rear| rear - self.front() - STANDSTILL_GAP);
        (gap / TIME_GAP).clamp(0.0, self.desired_speed)
    }

    fn advance(&mut self, elapsed: f64, leader: Option<f64>) {
        let change = self.free_speed(leader) - self.speed;
        self.speed += change.clamp(-MAX_BRAKING * elapsed, MAX_ACCELERATION * elapsed);
        let limit = leader.map_or(f64::INFINITY, |rear| rear - STANDSTILL_GAP - self.length / 2.0);
        let position = (self.position + self.speed * elapsed).min(limit).max(self.position);
        // Braking harder than the limit is what keeps vehicles apart when the leader stops short.
        self.speed = (position - self.position) / elapsed;
        self.position = position;
    }

    /// The class the vehicle was made as.
    pub fn class(&self) -> VehicleClass {
        self.class
    }

    /// Metres a second at this frame.
    pub fn speed_mps(&self) -> f64 {
        self.speed
    }
}

/// Paint as a grey camera sees it: the luma (ITU-R BT.601) of a usual colour.
fn body_tone(random: &mut Random) -> f64 {
    const PAINTS: [[f64; 3]; 9] = [
        [228.0, 228.0, 225.0],
        [240.0, 240.0, 240.0],
        [188.0, 190.0, 194.0],
        [165.0, 166.0, 168.0],
        [30.0, 30.0, 32.0],
        [52.0, 54.0, 58.0],
        [190.0, 30.0, 30.0],
        [30.0, 60.0, 150.0],
        [235.0, 190.0, 40.0],
    ];
    let [red, green, blue] = PAINTS[random.below(PAINTS.len())];
    0.299 * red + 0.587 * green + 0.114 * blue
}
