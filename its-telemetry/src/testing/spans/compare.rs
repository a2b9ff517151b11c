//! Whether spans are those expected, and where they are not.

use std::fmt::Write;

use super::tree::{Line, Said, Tree};

/// Whether each expected tree is one of those recorded and none is left over.
///
/// What is expected may fit more than one, so trees are paired along augmenting paths, as in any bipartite matching.
pub(super) fn matches(expected: &[Tree], recorded: &[Tree]) -> bool {
    if expected.len() != recorded.len() {
        return false;
    }
    let fits = |e: &Tree, r: &Tree| is_said(&e.said, &r.said) && matches(&e.children, &r.children);
    let edges: Vec<Vec<usize>> =
        expected.iter().map(|e| (0..recorded.len()).filter(|r| fits(e, &recorded[*r])).collect()).collect();
    let mut taken_by = vec![None; recorded.len()];
    (0..expected.len()).all(|e| place(e, &edges, &mut taken_by, &mut vec![false; recorded.len()]))
}

fn place(e: usize, edges: &[Vec<usize>], taken_by: &mut [Option<usize>], tried: &mut [bool]) -> bool {
    edges[e].iter().any(|&r| {
        if std::mem::replace(&mut tried[r], true) {
            return false;
        }
        let free = taken_by[r].is_none_or(|other| place(other, edges, taken_by, tried));
        if free {
            taken_by[r] = Some(e);
        }
        free
    })
}

/// Whether the span says all that is expected of it.
fn is_said(expected: &Said, recorded: &Said) -> bool {
    expected.name == recorded.name && expected.facts.iter().all(|fact| recorded.facts.contains(fact))
}

fn is_line(expected: &Line<'_>, recorded: &Line<'_>) -> bool {
    expected.depth == recorded.depth && is_said(expected.said, recorded.said)
}

/// The lines of both, side by side as a diff shows them.
pub(super) fn difference(expected: &[Tree], recorded: &[Tree]) -> String {
    let (expected, recorded) = (Tree::lines(expected), Tree::lines(recorded));
    let mut text = String::from("the spans differ (- expected, + recorded):\n");
    let mut add = |sign: char, line: &Line<'_>| {
        let _ = writeln!(text, "{sign} {line}");
    };
    let common = common(&expected, &recorded);
    let (mut e, mut r) = (0, 0);
    while e < expected.len() || r < recorded.len() {
        if e < expected.len() && r < recorded.len() && is_line(&expected[e], &recorded[r]) {
            add(' ', &expected[e]);
            (e, r) = (e + 1, r + 1);
        } else if e < expected.len() && (r == recorded.len() || common[e + 1][r] >= common[e][r + 1]) {
            add('-', &expected[e]);
            e += 1;
        } else {
            add('+', &recorded[r]);
            r += 1;
        }
    }
    if recorded.is_empty() {
        text.push_str("  no span has ended: is the call sampled, and made in a scope of this telemetry?\n");
    }
    text
}

/// How many lines the rests after `[e][r]` have in common.
fn common(expected: &[Line<'_>], recorded: &[Line<'_>]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; recorded.len() + 1]; expected.len() + 1];
    for e in (0..expected.len()).rev() {
        for r in (0..recorded.len()).rev() {
            common[e][r] = match is_line(&expected[e], &recorded[r]) {
                true => common[e + 1][r + 1] + 1,
                false => common[e + 1][r].max(common[e][r + 1]),
            };
        }
    }
    common
}
