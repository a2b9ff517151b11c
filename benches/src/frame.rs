//! The call that is measured: next to no work, so that what is measured above it is instrumentation.

use std::fmt;
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Tenants of the cameras.
pub const TENANTS: usize = 50;
/// Cameras, each with label sets of its own.
pub const CAMERAS: usize = 1_000;
/// Sixteen bounds in seconds, from half a millisecond to ten seconds.
pub const BUCKETS: [f64; 16] =
    [0.0005, 0.001, 0.002, 0.004, 0.008, 0.012, 0.016, 0.025, 0.033, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
/// The model that analyses the frames.
pub const MODEL: &str = "yolo-v8n";

/// A frame of a camera.
#[derive(Debug)]
pub struct Frame {
    /// Whose camera it is.
    pub tenant: String,
    /// Which camera.
    pub camera: String,
    /// Number of the camera.
    pub index: usize,
    /// Whether the analysis fails.
    pub bad: bool,
}

/// What the analysis found.
#[derive(Clone, Copy, Debug)]
pub struct Detections(pub usize);

/// The analysis failed.
#[derive(Clone, Copy, Debug)]
pub struct InferError;

impl fmt::Display for InferError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the backend failed")
    }
}

impl std::error::Error for InferError {}

/// One frame of each camera. One camera in a hundred fails, so that both outcomes are measured.
pub fn frames() -> Vec<Frame> {
    (0..CAMERAS)
        .map(|index| Frame {
            tenant: format!("tenant-{:02}", index % TENANTS),
            camera: format!("camera-{index:04}-gate"),
            index,
            bad: index % 100 == 99,
        })
        .collect()
}

#[inline(never)]
fn kernel(frame: &Frame) -> Result<Detections, InferError> {
    let found = black_box(frame.index) & 7;
    if frame.bad { Err(InferError) } else { Ok(Detections(found)) }
}

/// The bare call.
pub async fn infer(frame: &Frame) -> Result<Detections, InferError> {
    kernel(frame)
}

/// Runs a future that never waits, without an executor.
#[inline]
pub fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("what is measured never waits"),
    }
}
