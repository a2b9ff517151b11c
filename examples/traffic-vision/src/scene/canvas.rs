//! Drawing with sub-pixel edges, so that slow vehicles move smoothly.

#[derive(Debug)]
pub(super) struct Canvas<'a> {
    pub(super) data: &'a mut [u8],
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Canvas<'_> {
    /// Blends a rectangle given in pixels; `opacity` 1 covers what is below.
    pub(super) fn fill(&mut self, [left, top, right, bottom]: [f32; 4], tone: f32, opacity: f32) {
        let columns = span(left, right, self.width);
        for y in span(top, bottom, self.height) {
            let row = opacity * coverage(y, top, bottom);
            for x in columns.clone() {
                let pixel = &mut self.data[y * self.width + x];
                let below = f32::from(*pixel);
                *pixel = (below + (tone - below) * row * coverage(x, left, right) + 0.5) as u8;
            }
        }
    }

    /// Blends a disc with a soft edge.
    pub(super) fn disc(&mut self, (x, y): (f32, f32), radius: f32, tone: f32, opacity: f32) {
        for row in span(y - radius - 1.0, y + radius + 1.0, self.height) {
            for column in span(x - radius - 1.0, x + radius + 1.0, self.width) {
                let distance = (column as f32 + 0.5 - x).hypot(row as f32 + 0.5 - y);
                let covered = (radius + 0.5 - distance).clamp(0.0, 1.0);
                let pixel = &mut self.data[row * self.width + column];
                let below = f32::from(*pixel);
                *pixel = (below + (tone - below) * covered * opacity + 0.5) as u8;
            }
        }
    }
}

/// The pixels that an interval touches.
fn span(from: f32, to: f32, limit: usize) -> std::ops::Range<usize> {
    let limit = limit as f32;
    from.floor().clamp(0.0, limit) as usize..to.ceil().clamp(0.0, limit) as usize
}

/// The share of pixel `at` that the interval covers.
fn coverage(at: usize, from: f32, to: f32) -> f32 {
    let at = at as f32;
    (to.min(at + 1.0) - from.max(at)).clamp(0.0, 1.0)
}
