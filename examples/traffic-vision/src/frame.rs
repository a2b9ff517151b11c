//! One picture of a camera.

use std::time::{Duration, SystemTime};

/// A grey picture, 8 bits a pixel, row by row from the top left.
///
/// Sources write into a frame that the caller keeps, so that a camera allocates its picture once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height` grey values.
    pub data: Vec<u8>,
    /// Position in the stream, from 0. A gap means that frames were lost on the way.
    pub sequence: u64,
    /// Media time since frame 0. Speeds come from this clock, so they do not depend on how late a frame is analysed.
    pub timestamp: Duration,
    /// When the camera made the frame, by the wall clock.
    pub captured_at: SystemTime,
}

impl Frame {
    /// A black frame.
    pub fn new(width: u32, height: u32) -> Self {
        let mut frame = Self::default();
        frame.resize(width, height);
        frame
    }

    /// Bytes of picture data: what a camera is metered by.
    pub fn bytes(&self) -> usize {
        self.data.len()
    }

    /// Sets the geometry and keeps the buffer; the grey values are unspecified until a source fills them.
    pub fn resize(&mut self, width: u32, height: u32) {
        self.width = width;
        self.height = height;
        self.data.resize(width as usize * height as usize, 0);
    }
}

impl Default for Frame {
    /// A frame of no pixels, for a source to fill.
    fn default() -> Self {
        Self {
            width: 0,
            height: 0,
            data: Vec::new(),
            sequence: 0,
            timestamp: Duration::ZERO,
            captured_at: SystemTime::UNIX_EPOCH,
        }
    }
}
