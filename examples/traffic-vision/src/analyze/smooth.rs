//! Noise reduction.

/// A 3x3 binomial filter: weights 1 2 1 in both directions, edges repeated.
pub(super) fn smooth(picture: &[u8], width: usize, scratch: &mut Vec<u16>, out: &mut Vec<u8>) {
    scratch.resize(picture.len(), 0);
    out.resize(picture.len(), 0);
    for (row, sums) in picture.chunks_exact(width).zip(scratch.chunks_exact_mut(width)) {
        for (sum, window) in sums[1..].iter_mut().zip(row.windows(3)) {
            *sum = u16::from(window[0]) + 2 * u16::from(window[1]) + u16::from(window[2]);
        }
        sums[0] = 3 * u16::from(row[0]) + u16::from(row[1]);
        sums[width - 1] = 3 * u16::from(row[width - 1]) + u16::from(row[width - 2]);
    }
    let height = picture.len() / width;
    let row = |y: usize| &scratch[y * width..(y + 1) * width];
    for (y, out) in out.chunks_exact_mut(width).enumerate() {
        let (above, here, below) = (row(y.saturating_sub(1)), row(y), row((y + 1).min(height - 1)));
        for (((pixel, above), here), below) in out.iter_mut().zip(above).zip(here).zip(below) {
            *pixel = ((above + 2 * here + below + 8) >> 4) as u8;
        }
    }
}
