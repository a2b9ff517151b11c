//! A seeded traffic scene with known ground truth.
//!
//! A camera looks straight down on a road with lanes in two directions. Vehicles of five classes arrive at random, keep
//! their lane and their distance, and throw shadows; the light drifts and the sensor is noisy. The scene knows which
//! vehicles crossed its counting line, so that what an analysis counts can be compared with what there was.
//!
//! In: a seed and [`SceneOptions`]. Out: one [`Frame`] after another, the same ones for the same seed apart from their
//! time of capture; [`GroundTruth`]; the [`Calibration`] an analysis needs.

mod backdrop;
mod canvas;
mod ground_truth;
mod options;
mod random;
mod sprite;
mod traffic;

use std::f64::consts::TAU;
use std::time::{Duration, SystemTime};

pub use ground_truth::{GroundTruth, TrueCrossing};
pub use options::{SceneError, SceneOptions};
pub use traffic::Vehicle;

use self::canvas::Canvas;
use self::random::Random;
use self::sprite::Sprite;
use self::traffic::Traffic;
use crate::{BoundingBox, Calibration, Frame};

/// Noise is drawn once and read at a random place for each row: as good to the eye, and a hundred times faster.
const NOISE_POOL: usize = 1 << 14;

/// A running scene.
#[derive(Debug)]
pub struct Scene {
    options: SceneOptions,
    calibration: Calibration,
    random: Random,
    traffic: Traffic,
    backdrop: Vec<u8>,
    noise: Vec<i16>,
    /// Where in its slow cycle the light starts.
    light_phase: f64,
    frames: u64,
    truth: GroundTruth,
    crossings: Vec<TrueCrossing>,
}

impl Scene {
    /// A scene at media time 0, with an empty road.
    pub fn new(seed: u64, options: SceneOptions) -> Result<Self, SceneError> {
        options.validate()?;
        let mut random = Random::new(seed);
        let traffic = Traffic::new(&options, &mut random);
        let backdrop = backdrop::paint(&options, &mut random);
        let pool = NOISE_POOL + options.width as usize;
        let noise = (0..pool).map(|_| random.normal(0.0, options.noise).round() as i16).collect();
        Ok(Self {
            calibration: options.calibration(),
            light_phase: random.range(0.0, TAU),
            truth: GroundTruth::new(traffic.lanes.len()),
            options,
            random,
            traffic,
            backdrop,
            noise,
            frames: 0,
            crossings: Vec::new(),
        })
    }

    /// Moves the scene by one frame time and draws it into `frame`, whose buffer is reused.
    pub fn next_frame(&mut self, frame: &mut Frame) {
        let Self { crossings, truth, traffic, random, options, .. } = self;
        crossings.clear();
        if self.frames > 0 {
            traffic.step(options.frame_seconds(), random, |index, lane, vehicle| {
                let crossing = TrueCrossing {
                    class: vehicle.class,
                    lane: index,
                    direction: lane.direction,
                    speed_mps: vehicle.speed,
                };
                truth.record(&crossing);
                crossings.push(crossing);
            });
        }
        frame.resize(options.width, options.height);
        frame.sequence = self.frames;
        frame.timestamp = Duration::from_nanos(self.frames * 1_000_000_000 / u64::from(options.fps));
        frame.captured_at = SystemTime::now();
        self.frames += 1;
        self.draw(frame);
    }

    fn draw(&mut self, frame: &mut Frame) {
        let (width, height) = (frame.width as usize, frame.height as usize);
        frame.data.copy_from_slice(&self.backdrop);
        let mut canvas = Canvas { data: &mut frame.data, width, height };
        let sprites = || {
            let outlines = self.traffic.outlines(self.options.metres_per_pixel());
            outlines.map(|(_, lane, vehicle, outline)| Sprite { vehicle, direction: lane.direction, outline })
        };
        sprites().for_each(|sprite| sprite.paint_shadow(&mut canvas, self.options.shadow_strength));
        sprites().for_each(|sprite| sprite.paint(&mut canvas));

        let light = self.light(frame.timestamp.as_secs_f64());
        let gain = (light * 256.0) as i32;
        for row in frame.data.chunks_exact_mut(width) {
            let at = self.random.below(NOISE_POOL);
            for (pixel, &noise) in row.iter_mut().zip(&self.noise[at..at + width]) {
                *pixel = (((i32::from(*pixel) * gain) >> 8) + i32::from(noise)).clamp(0, 255) as u8;
            }
        }
    }

    /// Brightness: a cloud's slow swing with a faster, smaller one on it.
    fn light(&self, seconds: f64) -> f64 {
        let swing = (TAU * seconds / 45.0 + self.light_phase).sin() * 0.75;
        let flutter = (TAU * seconds / 7.0 + 2.0 * self.light_phase).sin() * 0.25;
        1.0 + self.options.illumination_drift * (swing + flutter)
    }

    /// What crossed the counting line up to the last frame.
    pub fn ground_truth(&self) -> &GroundTruth {
        &self.truth
    }

    /// What crossed the counting line between the last frame and the one before.
    pub fn crossings(&self) -> &[TrueCrossing] {
        &self.crossings
    }

    /// The vehicles on the road at the last frame: lane, vehicle, true outline in pixels (which may lie outside the
    /// picture).
    pub fn vehicles(&self) -> impl Iterator<Item = (usize, &Vehicle, BoundingBox)> {
        let outlines = self.traffic.outlines(self.options.metres_per_pixel());
        outlines.map(|(lane, _, vehicle, outline)| (lane, vehicle, outline))
    }

    /// What an installer of this camera would have measured.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// The options it was made with.
    pub fn options(&self) -> &SceneOptions {
        &self.options
    }
}
