//! Where frames come from: the built-in scene, or any video that `ffmpeg` reads.
//!
//! In: options. Out: one [`Frame`] after another, written into a buffer that the caller keeps. Sources do not pace
//! themselves unless asked to ([`FfmpegOptions::realtime`]); a service decides how often it takes a frame.

mod command;
mod ffmpeg;
mod synthetic;

use std::time::Duration;

pub use ffmpeg::{FfmpegOptions, FfmpegSource};
pub use synthetic::SyntheticSource;

use crate::Frame;

/// A stream of frames.
pub trait FrameSource: Send {
    /// Writes the next frame into `frame`, reusing its buffer. `false`: the stream has ended and `frame` is as it was.
    ///
    /// May block until the frame is there; call it from a thread that may.
    fn next_frame(&mut self, frame: &mut Frame) -> Result<bool, SourceError>;
}

/// Why a source gave no frame.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The options cannot work.
    #[error("{0}")]
    Options(&'static str),
    /// There is no `ffmpeg`.
    #[error("`{program}` was not found: install ffmpeg (Debian: `apt-get install ffmpeg`) or give its path")]
    FfmpegMissing {
        /// What was looked for.
        program: String,
    },
    /// `ffmpeg` could not be started, or reading from it failed.
    #[error("running ffmpeg: {0}")]
    Io(#[from] std::io::Error),
    /// `ffmpeg` gave up.
    #[error("ffmpeg could not read `{input}` ({status}): {stderr}")]
    Ffmpeg {
        /// The file or URL.
        input: String,
        /// How the process ended.
        status: std::process::ExitStatus,
        /// The end of what it wrote to standard error.
        stderr: String,
    },
    /// `ffmpeg` ended well but gave no frame.
    #[error("`{input}` holds no video frame")]
    Empty {
        /// The file or URL.
        input: String,
    },
    /// The stream ended within a frame.
    #[error("`{input}` ended after {found} of {expected} bytes of a frame")]
    Incomplete {
        /// The file or URL.
        input: String,
        /// Bytes of a frame.
        expected: usize,
        /// Bytes that came.
        found: usize,
    },
    /// No frame came in time. The source stays usable: the next call waits again.
    #[error("no frame from `{input}` for {waited:?}")]
    Stalled {
        /// The file or URL.
        input: String,
        /// How long was waited.
        waited: Duration,
    },
}
