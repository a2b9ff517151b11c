//! Plays a scene to an analyzer and compares what was counted with what there was.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use traffic_vision::Frame;
use traffic_vision::analyze::{Analyzer, AnalyzerOptions, Crossing};
use traffic_vision::scene::{Scene, SceneOptions, TrueCrossing};

/// Seconds by which a count may come earlier or later than the truth and still mean the same vehicle.
const SAME_VEHICLE: f64 = 0.5;

/// What one camera gave.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) truth: u64,
    pub(crate) counted: u64,
    /// Counts that could be paired with a true crossing of the same lane and direction.
    pub(crate) paired: u64,
    pub(crate) class_right: u64,
    /// Sum over the pairs with a speed.
    pub(crate) speed_error: f64,
    pub(crate) speeds: u64,
    pub(crate) frames: u32,
    pub(crate) generating: Duration,
    /// Preprocess, infer, postprocess.
    pub(crate) stages: [Duration; 3],
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.truth += other.truth;
        self.counted += other.counted;
        self.paired += other.paired;
        self.class_right += other.class_right;
        self.speed_error += other.speed_error;
        self.speeds += other.speeds;
        self.frames += other.frames;
        self.generating += other.generating;
        self.stages.iter_mut().zip(other.stages).for_each(|(sum, stage)| *sum += stage);
    }

    /// How far the count is off, as a share of the truth.
    pub(crate) fn count_error(&self) -> f64 {
        (self.counted as f64 - self.truth as f64) / self.truth as f64
    }

    /// Mean share by which speeds are off.
    pub(crate) fn mean_speed_error(&self) -> f64 {
        self.speed_error / self.speeds as f64
    }
}

/// Plays `seconds` of a scene; `lost_percent` of the frames, at random, do not reach the analyzer.
pub(crate) fn play(seed: u64, options: &SceneOptions, seconds: u32, lost_percent: u64) -> Tally {
    let mut scene = Scene::new(seed, options.clone()).expect("scene options");
    let mut analyzer =
        Analyzer::new(AnalyzerOptions::new(scene.calibration().clone())).expect("analyzer options");
    let mut frame = Frame::default();
    let mut tally = Tally::default();
    let mut unpaired: VecDeque<(f64, TrueCrossing)> = VecDeque::new();
    let mut pending: VecDeque<(f64, Crossing)> = VecDeque::new();
    // Knuth's linear congruential generator (MMIX), enough for losing frames.
    let mut dice = seed;
    for _ in 0..seconds * options.fps {
        let started = Instant::now();
        scene.next_frame(&mut frame);
        tally.generating += started.elapsed();
        let now = frame.timestamp.as_secs_f64();
        unpaired.extend(scene.crossings().iter().map(|&crossing| (now, crossing)));
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        if (dice >> 33) % 100 < lost_percent {
            continue;
        }
        tally.frames += 1;
        let started = Instant::now();
        let preprocessed = analyzer.preprocess(&frame).expect("frame");
        let after_preprocess = Instant::now();
        let inferred = analyzer.infer(preprocessed);
        let after_infer = Instant::now();
        let analysis = analyzer.postprocess(inferred);
        let ends = [started, after_preprocess, after_infer, Instant::now()];
        tally.stages.iter_mut().zip(ends.windows(2)).for_each(|(sum, ends)| *sum += ends[1] - ends[0]);
        pending.extend(analysis.crossings.iter().map(|&crossing| (now, crossing)));
        while pending.front().is_some_and(|&(at, _)| now - at > SAME_VEHICLE) {
            pending.pop_front().into_iter().for_each(|count| tally.pair(&count, &mut unpaired));
        }
    }
    pending.drain(..).for_each(|count| tally.pair(&count, &mut unpaired));
    tally.truth = scene.ground_truth().vehicles();
    tally.counted = analyzer.counted();
    tally
}

impl Tally {
    fn pair(&mut self, (at, count): &(f64, Crossing), unpaired: &mut VecDeque<(f64, TrueCrossing)>) {
        let same = |(crossed, truth): &(f64, TrueCrossing)| {
            Some(truth.lane) == count.lane
                && truth.direction == count.direction
                && (crossed - at).abs() <= SAME_VEHICLE
        };
        let Some((_, truth)) = unpaired.iter().position(same).and_then(|index| unpaired.remove(index)) else {
            return;
        };
        self.paired += 1;
        self.class_right += u64::from(truth.class == count.class);
        if let Some(speed) = count.speed_mps {
            self.speeds += 1;
            self.speed_error += (f64::from(speed) - truth.speed_mps).abs() / truth.speed_mps;
        }
    }
}
