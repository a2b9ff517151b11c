//! What does not move: grass, trees, asphalt, markings.

use super::canvas::Canvas;
use super::options::{LANE_WIDTH, MEDIAN_WIDTH, SHOULDER_WIDTH, SceneOptions};
use super::random::Random;

const ASPHALT: f64 = 112.0;

/// Paints the empty scene.
pub(super) fn paint(options: &SceneOptions, random: &mut Random) -> Vec<u8> {
    let (width, height) = (options.width as usize, options.height as usize);
    let metres_per_pixel = options.metres_per_pixel();
    let road = Road::new(options);
    let meadow = Patches::new(options.view_width_metres, road.bottom + road.top, random);
    let mut data = Vec::with_capacity(width * height);
    for y in 0..height {
        let metres_down = (y as f64 + 0.5) * metres_per_pixel;
        for x in 0..width {
            let metres_right = (x as f64 + 0.5) * metres_per_pixel;
            let tone = match road.surface_at(metres_down) {
                Surface::Grass => {
                    84.0 + 26.0 * meadow.at(metres_right, metres_down) + random.normal(0.0, 5.0)
                }
                Surface::Gravel => 138.0 + random.normal(0.0, 6.0),
                Surface::Asphalt => ASPHALT - 7.0 * road.wear_at(metres_down) + random.normal(0.0, 3.0),
            };
            data.push(tone.clamp(0.0, 255.0) as u8);
        }
    }
    let mut canvas = Canvas { data: &mut data, width, height };
    road.paint_markings(&mut canvas, options);
    plant_trees(&mut canvas, &road, options, random);
    data
}

enum Surface {
    Grass,
    Gravel,
    Asphalt,
}

/// The cross-section of the road, in metres from the top of the picture.
struct Road {
    top: f64,
    bottom: f64,
    middle: f64,
    lane_centers: Vec<f64>,
}

impl Road {
    fn new(options: &SceneOptions) -> Self {
        let view = f64::from(options.height) * options.metres_per_pixel();
        let top = options.road_top();
        let lane_centers = options.lanes().map(|(_, center)| center).collect();
        Self { top, bottom: view - top, middle: view / 2.0, lane_centers }
    }

    fn surface_at(&self, y: f64) -> Surface {
        if y < self.top || y > self.bottom || (y - self.middle).abs() < MEDIAN_WIDTH / 2.0 - 0.3 {
            Surface::Grass
        } else if y < self.top + SHOULDER_WIDTH - 0.4 || y > self.bottom - SHOULDER_WIDTH + 0.4 {
            Surface::Gravel
        } else {
            Surface::Asphalt
        }
    }

    /// 1 where wheels run, 0 between.
    fn wear_at(&self, y: f64) -> f64 {
        let from_wheel = |center: &f64| ((y - center).abs() - 0.85).abs();
        let nearest = self.lane_centers.iter().map(from_wheel).fold(f64::INFINITY, f64::min);
        (1.0 - nearest / 0.5).max(0.0)
    }

    fn paint_markings(&self, canvas: &mut Canvas<'_>, options: &SceneOptions) {
        let scale = options.metres_per_pixel();
        let mut stroke = |left: f64, right: f64, y: f64, metres: f64, tone: f32| {
            let edges = [left, y - metres / 2.0, right, y + metres / 2.0];
            canvas.fill(edges.map(|edge| (edge / scale) as f32), tone, 0.9);
        };
        let length = options.view_width_metres;
        for (index, center) in self.lane_centers.iter().enumerate() {
            let per_direction = options.lanes_per_direction as usize;
            let above = center - LANE_WIDTH / 2.0;
            if index % per_direction == 0 {
                stroke(0.0, length, above, 0.2, 225.0);
                stroke(0.0, length, above + per_direction as f64 * LANE_WIDTH, 0.2, 225.0);
            } else {
                for dash in 0..=(length / 9.0) as usize {
                    let left = dash as f64 * 9.0 + 1.0;
                    stroke(left, left + 3.5, above, 0.2, 220.0);
                }
            }
        }
        stroke(0.0, length, self.middle + 0.15, 0.3, 40.0);
        stroke(0.0, length, self.middle - 0.1, 0.25, 190.0);
        for post in 0..=(length / 4.0) as usize {
            let left = post as f64 * 4.0;
            stroke(left, left + 0.3, self.middle, 0.7, 60.0);
        }
    }
}

fn plant_trees(canvas: &mut Canvas<'_>, road: &Road, options: &SceneOptions, random: &mut Random) {
    let scale = options.metres_per_pixel();
    for _ in 0..14 {
        let radius = random.range(0.8, 1.9);
        let room = road.top - radius - 0.5;
        let from_edge = random.range(-0.5, room.max(-0.5));
        let y = if random.unit() < 0.5 { from_edge } else { 2.0 * road.middle - from_edge };
        let x = random.range(0.0, options.view_width_metres);
        let at = |dx: f64, dy: f64| (((x + dx) / scale) as f32, ((y + dy) / scale) as f32);
        let radius = (radius / scale) as f32;
        canvas.disc(at(0.6, 0.7), radius, 25.0, 0.5);
        canvas.disc(at(0.0, 0.0), radius, 58.0, 1.0);
        canvas.disc(at(-0.3, -0.3), radius * 0.55, 84.0, 0.8);
    }
}

/// Smooth random patches, by bilinear interpolation between points 4 m apart.
struct Patches {
    columns: usize,
    values: Vec<f64>,
}

impl Patches {
    const PITCH: f64 = 4.0;

    fn new(width: f64, height: f64, random: &mut Random) -> Self {
        let columns = (width / Self::PITCH) as usize + 2;
        let rows = (height / Self::PITCH) as usize + 2;
        Self { columns, values: (0..columns * rows).map(|_| random.unit()).collect() }
    }

    fn at(&self, x: f64, y: f64) -> f64 {
        let (x, y) = (x / Self::PITCH, y / Self::PITCH);
        let corner =
            |right: usize, down: usize| self.values[(y as usize + down) * self.columns + x as usize + right];
        let across = |down: usize| corner(0, down) + (corner(1, down) - corner(0, down)) * x.fract();
        across(0) + (across(1) - across(0)) * y.fract()
    }
}
