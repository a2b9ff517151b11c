//! Children below their parents, in an order that depends on nothing but what they say.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::Span;

/// What a line says about a span: the name, and facts in parentheses.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Said {
    pub(super) name: String,
    pub(super) facts: Vec<String>,
}

/// A span and what is below it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Tree {
    pub(super) said: Said,
    pub(super) children: Vec<Tree>,
}

/// One line of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) depth: usize,
    pub(super) said: &'a Said,
}

impl Tree {
    /// The roots.
    pub(super) fn of(spans: &[Span]) -> Vec<Self> {
        let ids: HashSet<_> = spans.iter().map(|span| (span.trace_id, span.span_id)).collect();
        let mut children: HashMap<_, Vec<&Span>> = HashMap::new();
        for span in spans {
            let parent = span.parent_span_id.map(|parent| (span.trace_id, parent));
            children.entry(parent.filter(|parent| ids.contains(parent))).or_default().push(span);
        }
        below(None, &children)
    }

    pub(super) fn sort(trees: &mut [Self]) {
        trees.iter_mut().for_each(|tree| Self::sort(&mut tree.children));
        trees.sort();
    }

    /// All lines, from the top.
    pub(super) fn lines(trees: &[Self]) -> Vec<Line<'_>> {
        fn add<'a>(trees: &'a [Tree], depth: usize, lines: &mut Vec<Line<'a>>) {
            for tree in trees {
                lines.push(Line { depth, said: &tree.said });
                add(&tree.children, depth + 1, lines);
            }
        }
        let mut lines = Vec::new();
        add(trees, 0, &mut lines);
        lines
    }
}

type Id = Option<(u128, u64)>;

fn below(parent: Id, children: &HashMap<Id, Vec<&Span>>) -> Vec<Tree> {
    let spans = children.get(&parent).into_iter().flatten();
    let tree = |span: &&Span| Tree {
        said: said(span, parent.is_none()),
        children: below(Some((span.trace_id, span.span_id)), children),
    };
    let mut trees: Vec<_> = spans.map(tree).collect();
    Tree::sort(&mut trees);
    trees
}

fn said(span: &Span, is_top: bool) -> Said {
    let kind = Some(span.kind).filter(|kind| *kind != "internal").map(str::to_owned);
    let parent = span.parent_span_id.filter(|_| is_top).map(|_| match span.parent_is_remote {
        true => "remote parent".to_owned(),
        false => "unknown parent".to_owned(),
    });
    let attributes = span.attributes.iter().map(|(key, value)| quoted(&format!("{key}={value}")));
    let own = kind.into_iter().chain(span.outcome.clone()).chain(parent);
    Said { name: span.name.clone(), facts: own.chain(attributes).collect() }
}

/// A fact as it stands between commas.
fn quoted(fact: &str) -> String {
    let plain = |c: char| !c.is_control() && !matches!(c, ',' | '(' | ')' | '"');
    if fact.chars().all(plain) && fact.trim() == fact {
        return fact.to_owned();
    }
    // Parentheses are escaped too, so that the last ` (` of a line begins the facts.
    format!("{fact:?}").replace('(', "\\u{28}").replace(')', "\\u{29}")
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        if self.facts.is_empty() && !self.name.ends_with(')') {
            return Ok(());
        }
        write!(f, " ({})", self.facts.join(", "))
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:1$}{2}", "", 2 * self.depth, self.said)
    }
}
