//! The tree that a test expects, from text.

use super::tree::{Said, Tree};

/// Reads the text of a tree.
pub(super) fn parse(text: &str) -> Result<Vec<Tree>, String> {
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let margin = lines.iter().map(indent).min().unwrap_or(0);
    // The trees along the way to the last line, one for each depth.
    let mut open: Vec<Tree> = Vec::new();
    let mut roots = Vec::new();
    for line in &lines {
        let spaces = indent(line) - margin;
        if spaces % 2 == 1 || spaces / 2 > open.len() {
            return Err(format!("children stand two spaces deeper than their parent: {line:?}"));
        }
        close(&mut open, &mut roots, spaces / 2);
        open.push(Tree { said: said(line.trim_start()), children: Vec::new() });
    }
    close(&mut open, &mut roots, 0);
    Tree::sort(&mut roots);
    Ok(roots)
}

/// Puts the trees deeper than `depth` below their parents.
fn close(open: &mut Vec<Tree>, roots: &mut Vec<Tree>, depth: usize) {
    while open.len() > depth {
        let Some(tree) = open.pop() else { return };
        match open.last_mut() {
            Some(parent) => parent.children.push(tree),
            None => roots.push(tree),
        }
    }
}

fn said(line: &str) -> Said {
    let Some((name, facts)) = line.strip_suffix(')').and_then(|line| line.rsplit_once(" (")) else {
        return Said { name: line.into(), facts: Vec::new() };
    };
    Said { name: name.into(), facts: facts_of(facts) }
}

/// Between commas that stand outside quotes.
fn facts_of(text: &str) -> Vec<String> {
    let (mut facts, mut fact) = (Vec::new(), String::new());
    let (mut in_quotes, mut escaped) = (false, false);
    for c in text.chars() {
        match c {
            ',' if !in_quotes => facts.push(std::mem::take(&mut fact)),
            '"' if !escaped => {
                in_quotes = !in_quotes;
                fact.push(c);
            }
            c => fact.push(c),
        }
        escaped = c == '\\' && !escaped;
    }
    facts.push(fact);
    facts.iter().map(|fact| fact.trim().to_owned()).filter(|fact| !fact.is_empty()).collect()
}
