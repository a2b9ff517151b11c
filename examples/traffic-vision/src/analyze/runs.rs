//! Ones side by side in a row of a mask.

use std::ops::Range;

const ALL_ZERO: u64 = 0;
const ALL_ONE: u64 = 0x0101_0101_0101_0101;

/// The runs of ones in a row of zeros and ones, from left to right.
pub(super) fn runs(row: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = skip(row, at, ALL_ZERO);
        at = skip(row, start, ALL_ONE);
        (start < row.len()).then_some(start..at)
    })
}

/// The first place from `at` on that differs from `pattern`, eight pixels at a time: most of a mask is empty.
fn skip(row: &[u8], at: usize, pattern: u64) -> usize {
    let (words, _) = row[at..].as_chunks::<8>();
    let same = words.iter().take_while(|word| u64::from_ne_bytes(**word) == pattern).count();
    let at = at + same * 8;
    let rest = row[at..].iter().take_while(|&&pixel| pixel == pattern as u8);
    at + rest.count()
}

#[cfg(test)]
mod tests {
    use super::runs;

    #[test]
    fn runs_of_any_length_and_place_are_found() {
        for length in 0..40 {
            for start in 0..40 {
                let row: Vec<u8> = [vec![0; start], vec![1; length], vec![0; 3], vec![1; 2]].concat();
                let whole = (length > 0).then_some(start..start + length);
                let last = start + length + 3..row.len();
                assert_eq!(
                    runs(&row).collect::<Vec<_>>(),
                    whole.into_iter().chain([last]).collect::<Vec<_>>()
                );
            }
        }
    }
}
