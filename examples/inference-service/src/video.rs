//! Where a camera's frames come from: a generated scene, or a video.

use traffic_vision::scene::SceneOptions;
use traffic_vision::source::{FfmpegOptions, FfmpegSource, FrameSource, SourceError, SyntheticSource};
use traffic_vision::{Calibration, Frame};

/// Metres that an unknown camera is taken to see from left to right.
pub const ASSUMED_METRES: f32 = 60.0;

/// Frames of one camera.
#[derive(Debug)]
pub enum Video {
    /// A generated scene with known ground truth.
    Scene(Box<SyntheticSource>),
    /// A file or URL that `ffmpeg` reads.
    Ffmpeg(Box<FfmpegSource>),
}

impl Video {
    /// Opens `input`, or generates the scene of `seed` when there is none.
    ///
    /// # Errors
    /// When `ffmpeg` is not there, or cannot read the input.
    pub fn open(
        input: Option<&str>,
        fps: u32,
        seed: u64,
    ) -> Result<(Self, Calibration), Box<dyn std::error::Error + Send + Sync>> {
        match input {
            Some(input) => {
                let options = FfmpegOptions { fps, realtime: true, ..FfmpegOptions::default() };
                let calibration = Calibration::unknown(options.width, options.height, ASSUMED_METRES);
                Ok((Self::Ffmpeg(Box::new(FfmpegSource::open(input, options)?)), calibration))
            }
            None => {
                let source = SyntheticSource::new(seed, SceneOptions { fps, ..SceneOptions::default() })?;
                let calibration = source.calibration().clone();
                Ok((Self::Scene(Box::new(source)), calibration))
            }
        }
    }

    /// Reads the next frame; `false` at the end.
    ///
    /// # Errors
    /// When the video breaks off.
    pub fn next_frame(&mut self, frame: &mut Frame) -> Result<bool, SourceError> {
        match self {
            Self::Scene(scene) => scene.next_frame(frame),
            // It waits for the decoder, which must not hold up the other tasks of this thread.
            Self::Ffmpeg(video) => tokio::task::block_in_place(|| video.next_frame(frame)),
        }
    }

    /// Vehicles that were really there; `None` when nobody knows.
    pub fn true_vehicles(&self) -> Option<u64> {
        match self {
            Self::Scene(scene) => Some(scene.ground_truth().vehicles()),
            Self::Ffmpeg(_) => None,
        }
    }
}
