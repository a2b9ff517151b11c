//! Connected areas of a mask.

use std::ops::Range;

use super::background::Foreground;
use super::runs::runs;

/// A connected area (8 neighbours), in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Component {
    pub(super) area: u32,
    pub(super) left: u32,
    pub(super) top: u32,
    /// Exclusive.
    pub(super) right: u32,
    /// Exclusive.
    pub(super) bottom: u32,
    /// Sum of the contrast of its pixels.
    pub(super) contrast: u64,
}

/// Set pixels side by side in one row.
#[derive(Debug, Clone, Copy)]
struct Run {
    left: u32,
    right: u32,
    label: usize,
}

/// Finds components by joining the runs of each row with those they touch in the row above.
#[derive(Debug, Default)]
pub(super) struct Components {
    above: Vec<Run>,
    here: Vec<Run>,
    /// Union-find: a label's parent, itself at the root.
    parents: Vec<usize>,
    found: Vec<Component>,
}

impl Components {
    /// The components of a mask.
    pub(super) fn find(&mut self, foreground: &Foreground, width: usize) -> impl Iterator<Item = &Component> {
        self.above.clear();
        self.parents.clear();
        self.found.clear();
        let rows = foreground.mask.chunks_exact(width).zip(foreground.contrast.chunks_exact(width));
        for (y, (mask, contrast)) in rows.enumerate() {
            self.scan_row(y as u32, mask, contrast);
            std::mem::swap(&mut self.above, &mut self.here);
        }
        let roots = self.parents.iter().enumerate().filter(|&(label, &parent)| label == parent);
        roots.map(|(label, _)| &self.found[label])
    }

    fn scan_row(&mut self, y: u32, mask: &[u8], contrast: &[u8]) {
        self.here.clear();
        let mut first_above = 0;
        for Range { start: left, end: right } in runs(mask) {
            let contrast = contrast[left..right].iter().map(|&contrast| u64::from(contrast)).sum();
            let (left, right) = (left as u32, right as u32);
            let label = self.parents.len();
            self.parents.push(label);
            self.found.push(Component { area: right - left, left, top: y, right, bottom: y + 1, contrast });

            while self.above.get(first_above).is_some_and(|run| run.right < left) {
                first_above += 1;
            }
            let touching = self.above[first_above..].iter().take_while(|run| run.left <= right);
            let label =
                touching.fold(label, |label, run| join(&mut self.parents, &mut self.found, label, run.label));
            self.here.push(Run { left, right, label });
        }
    }
}

/// Makes one component of two, and returns its label.
fn join(parents: &mut [usize], found: &mut [Component], one: usize, other: usize) -> usize {
    let (one, other) = (root(parents, one), root(parents, other));
    if one == other {
        return one;
    }
    let (keep, gone) = (one.min(other), one.max(other));
    parents[gone] = keep;
    let Component { area, left, top, right, bottom, contrast } = found[gone];
    let kept = &mut found[keep];
    kept.area += area;
    kept.contrast += contrast;
    kept.left = kept.left.min(left);
    kept.top = kept.top.min(top);
    kept.right = kept.right.max(right);
    kept.bottom = kept.bottom.max(bottom);
    keep
}

fn root(parents: &mut [usize], mut label: usize) -> usize {
    while parents[label] != label {
        parents[label] = parents[parents[label]];
        label = parents[label];
    }
    label
}

#[cfg(test)]
mod tests {
    use super::{Components, Foreground};

    #[test]
    fn a_u_shape_is_one_component_and_diagonals_touch() {
        let rows = ["#.#..#", "#.#.#.", "###...", "......", "#....#"];
        let mask: Vec<u8> = rows.concat().bytes().map(|byte| u8::from(byte == b'#')).collect();
        let foreground = Foreground { contrast: vec![10; mask.len()], mask };
        let mut components = Components::default();
        let found = components.find(&foreground, 6);
        let shapes: Vec<_> = found.map(|c| (c.left, c.top, c.right, c.bottom, c.area, c.contrast)).collect();
        assert_eq!(
            shapes,
            [(0, 0, 3, 3, 7, 70), (4, 0, 6, 2, 2, 20), (0, 4, 1, 5, 1, 10), (5, 4, 6, 5, 1, 10)]
        );
    }
}
