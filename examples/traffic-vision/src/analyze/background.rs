//! What the camera sees when nothing is there, learned while watching.

use std::time::Duration;

use super::options::AnalyzerOptions;

/// The background moves by 1/2^4 of the difference with each frame.
const LEARNING_SHIFT: u32 = 4;
/// A changed pixel that moves by no more than this from frame to frame holds still.
const STILL: u8 = 6;
/// When so much changes at once, the camera was moved or the scene cut: start again.
const SCENE_CHANGE: f32 = 0.6;
/// While the first picture may still hold vehicles, ghosts are absorbed after this share of the usual time.
const EARLY_ABSORB: f32 = 0.4;

/// A running average for each pixel, updated only where it fits, with absorption of what stays.
#[derive(Debug)]
pub(super) struct Background {
    watched: Vec<bool>,
    watched_pixels: usize,
    threshold: u8,
    absorb_after: Duration,
    /// Time since the model was started; `None` before the first frame.
    age: Option<Duration>,
    /// 8.8 fixed point.
    model: Vec<u16>,
    previous: Vec<u8>,
    /// Milliseconds that a changed pixel has held still.
    still_for: Vec<u16>,
    foreground: Foreground,
}

/// What differs from the background.
#[derive(Debug, Default)]
pub(super) struct Foreground {
    /// 1 where a watched pixel differs, else 0.
    pub(super) mask: Vec<u8>,
    /// By how many grey levels each pixel differs.
    pub(super) contrast: Vec<u8>,
}

impl Background {
    pub(super) fn new(options: &AnalyzerOptions) -> Self {
        let watched = watched(options);
        Self {
            watched_pixels: watched.iter().filter(|&&watched| watched).count(),
            foreground: Foreground { mask: vec![0; watched.len()], contrast: vec![0; watched.len()] },
            model: vec![0; watched.len()],
            previous: vec![0; watched.len()],
            still_for: vec![0; watched.len()],
            watched,
            threshold: options.threshold,
            absorb_after: options.absorb_after,
            age: None,
        }
    }

    pub(super) fn forget(&mut self) {
        self.age = None;
    }

    pub(super) fn foreground_mut(&mut self) -> &mut Foreground {
        &mut self.foreground
    }

    /// Compares a picture with the background, then learns from it. Returns the share of watched pixels that differ.
    pub(super) fn subtract(&mut self, picture: &[u8], elapsed: Duration) -> f32 {
        match &mut self.age {
            Some(age) => *age = age.saturating_add(elapsed),
            None => self.start(picture),
        }
        let changed = self.compare(picture);
        let ratio = changed as f32 / self.watched_pixels.max(1) as f32;
        if ratio > SCENE_CHANGE {
            self.start(picture);
            self.foreground.mask.fill(0);
        } else {
            self.learn(picture, elapsed);
        }
        ratio
    }

    fn start(&mut self, picture: &[u8]) {
        self.age = Some(Duration::ZERO);
        self.still_for.fill(0);
        self.previous.copy_from_slice(picture);
        for (model, &pixel) in self.model.iter_mut().zip(picture) {
            *model = u16::from(pixel) << 8;
        }
    }

    fn compare(&mut self, picture: &[u8]) -> usize {
        let Foreground { mask, contrast } = &mut self.foreground;
        let pixels = picture.iter().zip(&self.model).zip(&self.watched);
        for ((mask, contrast), ((pixel, model), watched)) in mask.iter_mut().zip(contrast).zip(pixels) {
            *contrast = pixel.abs_diff((model >> 8) as u8);
            *mask = u8::from(*watched & (*contrast > self.threshold));
        }
        mask.iter().map(|&differs| usize::from(differs)).sum()
    }

    fn learn(&mut self, picture: &[u8], elapsed: Duration) {
        let early = self.age.is_some_and(|age| age < self.absorb_after);
        let patience = self.absorb_after.mul_f32(if early { EARLY_ABSORB } else { 1.0 });
        let patience = u16::try_from(patience.as_millis()).unwrap_or(u16::MAX);
        let elapsed = u16::try_from(elapsed.as_millis()).unwrap_or(u16::MAX);
        let pixels = picture.iter().zip(&mut self.previous).zip(&self.foreground.contrast);
        for ((model, still_for), ((&pixel, previous), &contrast)) in
            self.model.iter_mut().zip(&mut self.still_for).zip(pixels)
        {
            let target = i32::from(pixel) << 8;
            let step = (target - i32::from(*model)) >> LEARNING_SHIFT;
            let differs = contrast > self.threshold;
            let still = differs & (pixel.abs_diff(*previous) <= STILL);
            let waited = if still { still_for.saturating_add(elapsed) } else { 0 };
            let absorbed = waited >= patience;
            let learned = if differs { i32::from(*model) } else { i32::from(*model) + step };
            *model = if absorbed { target as u16 } else { learned as u16 };
            *still_for = if absorbed { 0 } else { waited };
            *previous = pixel;
        }
    }
}

/// The pixels inside the lanes, without their margins; all of them where no lanes are known.
fn watched(options: &AnalyzerOptions) -> Vec<bool> {
    let calibration = &options.calibration;
    let margin = options.lane_margin_metres / calibration.metres_per_pixel;
    let in_lane = |y: u32| {
        let center = y as f32 + 0.5;
        calibration.lanes.iter().any(|lane| (lane.top + margin..=lane.bottom - margin).contains(&center))
    };
    let row =
        |y: u32| std::iter::repeat_n(calibration.lanes.is_empty() || in_lane(y), calibration.width as usize);
    (0..calibration.height).flat_map(row).collect()
}
