//! What a camera's installer knows: scale, lanes, counting line.

/// Where the road is in the picture and how large a pixel is on it.
///
/// The camera looks straight down, so one scale holds for the whole picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// Pixels in a row of the frames it is for.
    pub width: u32,
    /// Rows of the frames it is for.
    pub height: u32,
    /// Metres on the road for each pixel.
    pub metres_per_pixel: f32,
    /// Lanes from top to bottom; vehicles are looked for only inside. Empty: in the whole picture, and no lane is reported.
    pub lanes: Vec<LaneBand>,
    /// Where vehicles are counted.
    pub counting_line: CountingLine,
}

/// A horizontal lane, in pixel rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LaneBand {
    /// Upper edge.
    pub top: f32,
    /// Lower edge.
    pub bottom: f32,
}

/// A straight line, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountingLine {
    /// One end, `(x, y)`.
    pub start: (f32, f32),
    /// The other end, `(x, y)`.
    pub end: (f32, f32),
}

impl Calibration {
    /// For a video of an unknown place: no lanes, a vertical line through the middle, and a guessed scale.
    ///
    /// `view_width_metres` is how much road is seen from the left to the right edge; speeds and classes are as good as it is.
    pub fn unknown(width: u32, height: u32, view_width_metres: f32) -> Self {
        let middle = width as f32 / 2.0;
        Self {
            width,
            height,
            metres_per_pixel: view_width_metres / width as f32,
            lanes: Vec::new(),
            counting_line: CountingLine { start: (middle, 0.0), end: (middle, height as f32) },
        }
    }
}

impl CountingLine {
    /// Pixels from the line, positive on the side that [`Direction::Forward`](crate::Direction::Forward) leads to.
    pub(crate) fn signed_distance(&self, (x, y): (f32, f32)) -> f32 {
        let (dx, dy) = (self.end.0 - self.start.0, self.end.1 - self.start.1);
        ((x - self.start.0) * dy - (y - self.start.1) * dx) / dx.hypot(dy)
    }

    /// Whether the point lies beside the line, not beyond one of its ends.
    pub(crate) fn is_beside(&self, (x, y): (f32, f32)) -> bool {
        let (dx, dy) = (self.end.0 - self.start.0, self.end.1 - self.start.1);
        let along = (x - self.start.0) * dx + (y - self.start.1) * dy;
        (0.0..=dx * dx + dy * dy).contains(&along)
    }

    pub(crate) fn is_valid(&self) -> bool {
        let length = (self.end.0 - self.start.0).hypot(self.end.1 - self.start.1);
        length.is_finite() && length > 0.0
    }
}
