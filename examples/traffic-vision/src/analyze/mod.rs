//! Finding, following and counting vehicles, on the CPU.
//!
//! A frame walks through three stages, public so that a service can time each:
//!
//! 1. [`preprocess`](Analyzer::preprocess): checks and smooths the picture.
//! 2. [`infer`](Analyzer::infer): what differs from the learned background, cleaned up, becomes detections.
//! 3. [`postprocess`](Analyzer::postprocess): detections become tracks; a track that crosses the counting line is counted.
//!
//! An [`Analyzer`] belongs to one camera: it learns that camera's background. It reserves its memory with the first
//! frames; after that only the returned [`Analysis`] allocates.

mod background;
mod components;
mod detect;
mod morphology;
mod options;
mod report;
mod runs;
mod smooth;
mod track;
mod tracker;

use std::time::Duration;

pub use options::{AnalyzeError, AnalyzerOptions};
pub use report::{Analysis, Crossing, Detection, TrackedVehicle};

use self::background::Background;
use self::detect::Detector;
use self::tracker::Tracker;
use crate::Frame;

/// The analysis of one camera's stream.
#[derive(Debug)]
pub struct Analyzer {
    options: AnalyzerOptions,
    smoothed: Vec<u8>,
    scratch: Vec<u16>,
    background: Background,
    detector: Detector,
    tracker: Tracker,
    last: Option<(u64, Duration)>,
}

/// A frame that is ready for [`Analyzer::infer`]. The pixels stay in the analyzer.
#[derive(Debug)]
#[must_use]
pub struct Preprocessed {
    sequence: u64,
    timestamp: Duration,
    elapsed: Duration,
}

/// A frame whose detections are ready for [`Analyzer::postprocess`]. The detections stay in the analyzer.
#[derive(Debug)]
#[must_use]
pub struct Inferred {
    sequence: u64,
    timestamp: Duration,
    foreground_ratio: f32,
}

impl Analyzer {
    /// An analyzer that has not seen a frame yet.
    pub fn new(options: AnalyzerOptions) -> Result<Self, AnalyzeError> {
        options.validate()?;
        Ok(Self {
            smoothed: Vec::new(),
            scratch: Vec::new(),
            background: Background::new(&options),
            detector: Detector::new(&options),
            tracker: Tracker::new(&options),
            last: None,
            options,
        })
    }

    /// All three stages.
    pub fn analyze(&mut self, frame: &Frame) -> Result<Analysis, AnalyzeError> {
        let preprocessed = self.preprocess(frame)?;
        let inferred = self.infer(preprocessed);
        Ok(self.postprocess(inferred))
    }

    /// Stage 1. On an error the frame is skipped and the analyzer is as it was.
    pub fn preprocess(&mut self, frame: &Frame) -> Result<Preprocessed, AnalyzeError> {
        let calibration = &self.options.calibration;
        let (expected, found) = ((calibration.width, calibration.height), (frame.width, frame.height));
        if expected != found {
            return Err(AnalyzeError::Geometry { expected, found });
        }
        let bytes = expected.0 as usize * expected.1 as usize;
        if frame.data.len() != bytes {
            return Err(AnalyzeError::Length { expected: bytes, found: frame.data.len() });
        }
        let elapsed = match self.last {
            None => Duration::ZERO,
            Some((sequence, timestamp)) if frame.sequence > sequence && frame.timestamp > timestamp => {
                frame.timestamp - timestamp
            }
            Some((last, _)) => return Err(AnalyzeError::OutOfOrder { last, found: frame.sequence }),
        };
        self.last = Some((frame.sequence, frame.timestamp));
        smooth::smooth(&frame.data, frame.width as usize, &mut self.scratch, &mut self.smoothed);
        Ok(Preprocessed { sequence: frame.sequence, timestamp: frame.timestamp, elapsed })
    }

    /// Stage 2.
    pub fn infer(&mut self, frame: Preprocessed) -> Inferred {
        let Preprocessed { sequence, timestamp, elapsed } = frame;
        let foreground_ratio = self.background.subtract(&self.smoothed, elapsed);
        self.detector.detect(self.background.foreground_mut());
        Inferred { sequence, timestamp, foreground_ratio }
    }

    /// Stage 3.
    pub fn postprocess(&mut self, frame: Inferred) -> Analysis {
        let Inferred { sequence, timestamp, foreground_ratio } = frame;
        let detections = self.detector.detections();
        let mut analysis = Analysis {
            sequence,
            timestamp,
            detections: detections.to_vec(),
            vehicles: Vec::new(),
            crossings: Vec::new(),
            counted: 0,
            foreground_ratio,
        };
        self.tracker.update(detections, timestamp, &mut analysis);
        analysis
    }

    /// Vehicles counted since the analyzer was made.
    pub fn counted(&self) -> u64 {
        self.tracker.counted()
    }

    /// Forgets background and tracks but not the count: for a stream that starts again at sequence 0.
    pub fn restart(&mut self) {
        self.last = None;
        self.background.forget();
        self.tracker.forget();
    }

    /// The options it was made with.
    pub fn options(&self) -> &AnalyzerOptions {
        &self.options
    }
}
