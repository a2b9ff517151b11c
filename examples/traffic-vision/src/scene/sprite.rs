//! How vehicles look from above.

use super::canvas::Canvas;
use super::traffic::Vehicle;
use crate::{BoundingBox, Direction, VehicleClass};

const GLASS: f64 = 28.0;
const LAMP: f64 = 250.0;

/// One vehicle to draw.
#[derive(Debug)]
pub(super) struct Sprite<'a> {
    pub(super) vehicle: &'a Vehicle,
    pub(super) direction: Direction,
    pub(super) outline: BoundingBox,
}

impl Sprite<'_> {
    /// The shadow falls to the lower right, the longer the higher the vehicle.
    pub(super) fn paint_shadow(&self, canvas: &mut Canvas<'_>, strength: f64) {
        let pixels_per_metre = self.outline.width() / self.vehicle.length as f32;
        let reach = self.vehicle.height as f32 * pixels_per_metre;
        let shadow = self.outline.shifted(0.28 * reach, 0.3 * reach);
        canvas.fill([shadow.left, shadow.top, shadow.right, shadow.bottom], 0.0, strength as f32);
    }

    pub(super) fn paint(&self, canvas: &mut Canvas<'_>) {
        let body = self.vehicle.tone;
        let mut part = |from: f64, to: f64, inset: f64, tone: f64| self.part(canvas, from, to, inset, tone);
        match self.vehicle.class {
            VehicleClass::Motorcycle => {
                part(0.0, 1.0, 0.28, 35.0);
                part(0.25, 0.62, 0.0, body);
                part(0.42, 0.6, 0.25, 235.0);
                part(0.94, 1.0, 0.3, LAMP);
            }
            VehicleClass::Car => {
                part(0.0, 1.0, 0.0, body);
                part(0.1, 0.2, 0.1, GLASS);
                part(0.24, 0.56, 0.1, body + 14.0);
                part(0.58, 0.72, 0.1, GLASS);
                self.lamps(canvas);
            }
            VehicleClass::LightTruck => {
                part(0.0, 0.66, 0.0, 0.5 * body + 100.0);
                part(0.66, 1.0, 0.04, body);
                part(0.74, 0.84, 0.08, GLASS);
                self.lamps(canvas);
            }
            VehicleClass::Bus => {
                part(0.0, 1.0, 0.0, body);
                for hatch in [0.12, 0.45, 0.78] {
                    part(hatch, hatch + 0.08, 0.28, body * 0.6 + 30.0);
                }
                part(0.965, 0.985, 0.05, GLASS);
            }
            VehicleClass::Truck => {
                part(0.0, 0.84, 0.0, 0.4 * body + 130.0);
                for rib in 1..6 {
                    let at = f64::from(rib) * 0.14;
                    part(at, at + 0.008, 0.0, 90.0);
                }
                part(0.84, 0.87, 0.15, 30.0);
                part(0.87, 1.0, 0.02, body);
                part(0.95, 0.98, 0.08, GLASS);
                self.lamps(canvas);
            }
        }
    }

    fn lamps(&self, canvas: &mut Canvas<'_>) {
        for side in [0.06, 0.74] {
            let length = 0.25 / self.vehicle.length;
            self.rectangle(canvas, [1.0 - length, 1.0], [side, side + 0.2], LAMP);
        }
    }

    fn part(&self, canvas: &mut Canvas<'_>, from: f64, to: f64, inset: f64, tone: f64) {
        self.rectangle(canvas, [from, to], [inset, 1.0 - inset], tone);
    }

    /// Shares of the outline: along from rear to front, across from top to bottom.
    fn rectangle(&self, canvas: &mut Canvas<'_>, along: [f64; 2], across: [f64; 2], tone: f64) {
        let [from, to] = match self.direction {
            Direction::Forward => along,
            Direction::Backward => [1.0 - along[1], 1.0 - along[0]],
        };
        let x = |share: f64| self.outline.left + self.outline.width() * share as f32;
        let y = |share: f64| self.outline.top + self.outline.height() * share as f32;
        canvas.fill([x(from), y(across[0]), x(to), y(across[1])], tone.min(255.0) as f32, 1.0);
    }
}
