//! The analyzers of the cameras that send frames.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use its_telemetry::instruments::Camera;
use its_telemetry::{CameraId, ErrorKind, Scope, TenantId};
use traffic_vision::analyze::Analysis;
use traffic_vision::{Calibration, Frame, wire};

use crate::analysis::{AnalysisError, CameraAnalyzer};
use crate::fault::Faults;
use crate::video::ASSUMED_METRES;

/// Cameras that may send frames at the same time; the next one is turned away.
const MAX_CAMERAS: usize = 4_096;

type Shared = Arc<tokio::sync::Mutex<Remote>>;

/// Why a frame was turned away.
#[derive(Debug, thiserror::Error, ErrorKind)]
pub enum Refused {
    /// The request names no tenant or no camera.
    #[error("name tenant and camera in the baggage header: its.tenant.id and its.camera.id")]
    NoCamera,
    /// The body is no frame.
    #[error(transparent)]
    Frame(#[from] wire::WireError),
    /// There are too many cameras.
    #[error("{MAX_CAMERAS} cameras send frames already")]
    #[error_kind(outcome = "rejected")]
    TooManyCameras,
    /// The analysis failed.
    #[error(transparent)]
    #[error_kind(transparent)]
    Analysis(#[from] AnalysisError),
}

/// One camera that sends frames.
#[derive(Debug)]
struct Remote {
    camera: Camera,
    analyzer: CameraAnalyzer,
    frame: Frame,
}

/// All cameras that send frames.
#[derive(Debug)]
pub struct Analyzers {
    faults: Faults,
    cameras: Mutex<HashMap<(TenantId, CameraId), Shared>>,
}

impl Analyzers {
    /// No cameras yet.
    pub fn new(faults: Faults) -> Self {
        Self { faults, cameras: Mutex::default() }
    }

    /// Analyses a frame of the camera that the current scope names.
    ///
    /// # Errors
    /// When there is no camera, no room, no frame, or when the analysis fails.
    pub async fn analyse(&self, body: &[u8]) -> Result<Analysis, Refused> {
        let scope = Scope::current().ok_or(Refused::NoCamera)?;
        let mut frame = wire::decode(body, wire::DEFAULT_MAX_DATA_BYTES)?;
        let remote = self.remote(&scope, &frame)?;
        let mut remote = remote.lock().await;
        remote.camera.frame_received(body.len() as u64);
        remote.camera.frame_decoded();
        if frame.sequence < remote.frame.sequence {
            remote.analyzer.restart();
        }
        std::mem::swap(&mut remote.frame, &mut frame);
        let Remote { camera, analyzer, frame } = &mut *remote;
        let analysis = analyzer.analyse(frame).await?;
        if let Ok(age) = SystemTime::now().duration_since(frame.captured_at) {
            camera.frame_analysed(age);
        }
        Ok(analysis)
    }

    fn remote(&self, scope: &Scope, frame: &Frame) -> Result<Shared, Refused> {
        let (Some(tenant), Some(camera)) = (scope.tenant(), scope.camera()) else {
            return Err(Refused::NoCamera);
        };
        let mut cameras = self.cameras.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(remote) = cameras.get(&(tenant.clone(), camera.clone())) {
            return Ok(Arc::clone(remote));
        }
        if cameras.len() >= MAX_CAMERAS {
            return Err(Refused::TooManyCameras);
        }
        let calibration = Calibration::unknown(frame.width, frame.height, ASSUMED_METRES);
        let analyzer =
            CameraAnalyzer::new(scope, calibration, self.faults.clone()).map_err(AnalysisError::from)?;
        let remote = Remote { camera: Camera::new(scope), analyzer, frame: Frame::default() };
        let remote = Arc::new(tokio::sync::Mutex::new(remote));
        cameras.insert((tenant.clone(), camera.clone()), Arc::clone(&remote));
        Ok(remote)
    }
}
