//! One camera's analysis, with an attribute on each step and nothing else added.

use std::time::Duration;

use its_telemetry::instruments::{Direction, Model, Traffic, VehicleClass};
use its_telemetry::{ErrorKind, Scope, instrument_inference};
use traffic_vision::analyze::{Analysis, AnalyzeError, Analyzer, AnalyzerOptions, Inferred, Preprocessed};
use traffic_vision::{Calibration, Frame};

use crate::fault::Faults;

/// An analysis that takes longer is given up.
const DEADLINE: Duration = Duration::from_millis(500);

/// Why a frame was not analysed.
#[derive(Debug, thiserror::Error, ErrorKind)]
pub enum AnalysisError {
    /// The analysis took longer than its deadline.
    #[error("the analysis took longer than {DEADLINE:?}")]
    #[error_kind(outcome = "timeout")]
    Timeout,
    /// The frame does not fit the ones before it.
    #[error(transparent)]
    Frame(#[from] AnalyzeError),
    /// The fault that was asked for on the command line.
    #[error("the fault that was asked for")]
    Injected,
}

/// The analyzer of one camera and what it reports to.
#[derive(Debug)]
pub struct CameraAnalyzer {
    analyzer: Analyzer,
    faults: Faults,
    model: Model,
    traffic: Traffic,
}

impl CameraAnalyzer {
    /// An analyzer for frames that look as `calibration` says.
    ///
    /// # Errors
    /// When the calibration makes no sense.
    pub fn new(scope: &Scope, calibration: Calibration, faults: Faults) -> Result<Self, AnalyzeError> {
        Ok(Self {
            analyzer: Analyzer::new(AnalyzerOptions::new(calibration))?,
            faults,
            model: Model::new(scope, "background-subtraction", "1"),
            traffic: Traffic::new(scope),
        })
    }

    /// Vehicles counted so far.
    pub fn counted(&self) -> u64 {
        self.analyzer.counted()
    }

    /// The camera has begun a new stream, with a clock of its own.
    pub fn restart(&mut self) {
        self.analyzer.restart();
    }

    /// Analyses one frame, within the deadline.
    ///
    /// # Errors
    /// When the frame does not fit those before it, or the deadline passes.
    #[instrument_inference(model = "background-subtraction", version = "1", slo = "analyse")]
    pub async fn analyse(&mut self, frame: &Frame) -> Result<Analysis, AnalysisError> {
        let met = tokio::time::timeout(DEADLINE, self.faults.meet(frame.sequence)).await;
        met.map_err(|_| AnalysisError::Timeout)??;
        let prepared = self.preprocess(frame)?;
        let inferred = self.infer(prepared);
        let analysis = self.postprocess(inferred);
        self.report(&analysis);
        Ok(analysis)
    }

    #[instrument_inference(model = "background-subtraction", version = "1", stage = "preprocess")]
    fn preprocess(&mut self, frame: &Frame) -> Result<Preprocessed, AnalyzeError> {
        self.analyzer.preprocess(frame)
    }

    #[instrument_inference(model = "background-subtraction", version = "1", stage = "infer")]
    fn infer(&mut self, frame: Preprocessed) -> Inferred {
        self.analyzer.infer(frame)
    }

    #[instrument_inference(model = "background-subtraction", version = "1", stage = "postprocess")]
    fn postprocess(&mut self, frame: Inferred) -> Analysis {
        self.analyzer.postprocess(frame)
    }

    fn report(&self, analysis: &Analysis) {
        for detection in &analysis.detections {
            self.model.detected(class(detection.class), f64::from(detection.confidence));
        }
        for crossing in &analysis.crossings {
            let direction = Direction::from_label(crossing.direction.as_str()).unwrap_or(Direction::Unknown);
            let speed = crossing.speed_mps.map(f64::from);
            self.traffic.vehicle_passed(class(crossing.class), direction, crossing.lane, speed);
        }
    }
}

fn class(class: traffic_vision::VehicleClass) -> VehicleClass {
    VehicleClass::from_label(class.as_str()).unwrap_or(VehicleClass::Unknown)
}
