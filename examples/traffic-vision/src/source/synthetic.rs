//! The built-in scene as a source.

use super::{FrameSource, SourceError};
use crate::scene::{GroundTruth, Scene, SceneError, SceneOptions};
use crate::{Calibration, Frame};

/// An endless stream from a [`Scene`].
#[derive(Debug)]
pub struct SyntheticSource {
    scene: Scene,
}

impl SyntheticSource {
    /// A source whose frames depend on the seed alone.
    pub fn new(seed: u64, options: SceneOptions) -> Result<Self, SceneError> {
        Ok(Self { scene: Scene::new(seed, options)? })
    }

    /// What crossed the counting line in the frames given so far.
    pub fn ground_truth(&self) -> &GroundTruth {
        self.scene.ground_truth()
    }

    /// The camera's geometry, for an analysis.
    pub fn calibration(&self) -> &Calibration {
        self.scene.calibration()
    }

    /// The scene.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }
}

impl FrameSource for SyntheticSource {
    fn next_frame(&mut self, frame: &mut Frame) -> Result<bool, SourceError> {
        self.scene.next_frame(frame);
        Ok(true)
    }
}
