//! Opening and closing of masks, in time that does not depend on the radius.

use super::runs::runs;

/// Works on masks of 0 and 1; what lies outside the picture is 0 when growing and 1 when shrinking.
#[derive(Debug, Default)]
pub(super) struct Morphology {
    rows: Vec<u8>,
    counts: Vec<u16>,
}

/// Half the width and half the height of the rectangle that is moved over the mask.
#[derive(Debug, Clone, Copy)]
pub(super) struct Radius {
    pub(super) x: usize,
    pub(super) y: usize,
}

impl Morphology {
    /// Removes what is smaller than the rectangle.
    pub(super) fn open(&mut self, mask: &mut [u8], width: usize, radius: Radius) {
        self.shrink(mask, width, radius);
        self.grow(mask, width, radius);
    }

    /// Fills gaps that are smaller than the rectangle.
    pub(super) fn close(&mut self, mask: &mut [u8], width: usize, radius: Radius) {
        self.grow(mask, width, radius);
        self.shrink(mask, width, radius);
    }

    fn shrink(&mut self, mask: &mut [u8], width: usize, radius: Radius) {
        invert(mask);
        self.grow(mask, width, radius);
        invert(mask);
    }

    /// A pixel is set when one within the rectangle around it was: first along the rows, then along the columns.
    fn grow(&mut self, mask: &mut [u8], width: usize, Radius { x, y }: Radius) {
        self.rows.resize(mask.len(), 0);
        for (row, grown) in mask.chunks_exact(width).zip(self.rows.chunks_exact_mut(width)) {
            grow_row(row, grown, x);
        }
        self.counts.clear();
        self.counts.resize(width, 0);
        let height = mask.len() / width;
        let rows = &self.rows;
        let row = |at: usize| &rows[at * width..(at + 1) * width];
        for ahead in 0..y.min(height) {
            add(&mut self.counts, row(ahead));
        }
        for (at, out) in mask.chunks_exact_mut(width).enumerate() {
            if at + y < height {
                add(&mut self.counts, row(at + y));
            }
            if let Some(behind) = at.checked_sub(y + 1) {
                subtract(&mut self.counts, row(behind));
            }
            for (pixel, &count) in out.iter_mut().zip(&self.counts) {
                *pixel = u8::from(count > 0);
            }
        }
    }
}

fn invert(mask: &mut [u8]) {
    mask.iter_mut().for_each(|pixel| *pixel ^= 1);
}

/// Spreads each run of ones by `radius` to both sides.
fn grow_row(row: &[u8], grown: &mut [u8], radius: usize) {
    grown.fill(0);
    for run in runs(row) {
        grown[run.start.saturating_sub(radius)..(run.end + radius).min(row.len())].fill(1);
    }
}

fn add(counts: &mut [u16], row: &[u8]) {
    counts.iter_mut().zip(row).for_each(|(count, &pixel)| *count += u16::from(pixel));
}

fn subtract(counts: &mut [u16], row: &[u8]) {
    counts.iter_mut().zip(row).for_each(|(count, &pixel)| *count -= u16::from(pixel));
}

#[cfg(test)]
mod tests {
    use super::{Morphology, Radius};

    const RADIUS: Radius = Radius { x: 1, y: 1 };

    fn mask(rows: [&str; 5]) -> Vec<u8> {
        rows.concat().bytes().map(|byte| u8::from(byte == b'#')).collect()
    }

    #[test]
    fn opening_removes_specks_and_keeps_blocks() {
        let mut seen = mask(["#......", "..###..", "..###..", "..###..", "......#"]);
        Morphology::default().open(&mut seen, 7, RADIUS);
        assert_eq!(seen, mask([".......", "..###..", "..###..", "..###..", "......."]));
    }

    #[test]
    fn closing_fills_gaps_and_keeps_outlines() {
        let mut seen = mask([".........", ".........", "..##.##..", ".........", "........."]);
        Morphology::default().close(&mut seen, 9, RADIUS);
        assert_eq!(seen, mask([".........", ".........", "..#####..", ".........", "........."]));
    }

    #[test]
    fn a_radius_larger_than_the_picture_is_harmless() {
        let mut seen = mask([".......", ".......", "...#...", ".......", "......."]);
        Morphology::default().close(&mut seen, 7, Radius { x: 50, y: 50 });
        assert_eq!(seen, vec![1; 35]);
    }
}
