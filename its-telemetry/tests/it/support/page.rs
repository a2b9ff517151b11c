//! Reading a scrape back, independently of what wrote it.

use std::collections::BTreeMap;

/// One sample of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub name: String,
    /// `le` is spelt as a number reads it, so that formats can be compared.
    pub labels: BTreeMap<String, String>,
    pub value: f64,
    pub exemplar: Option<Exemplar>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Exemplar {
    pub labels: BTreeMap<String, String>,
    pub value: f64,
    pub timestamp: f64,
}

/// The samples of a text format.
///
/// # Panics
/// When a line is not of the form `name{label="value",..} value [# {..} value timestamp]`.
pub fn parse(page: &str) -> Vec<Line> {
    page.split_terminator('\n').filter(|line| !line.starts_with('#')).map(line).collect()
}

fn line(text: &str) -> Line {
    let shape = "name{label=\"value\"} value";
    let end = text.find(['{', ' ']).unwrap_or_else(|| panic!("not {shape}: {text:?}"));
    let (name, rest) = text.split_at(end);
    let (mut labels, rest) = braces(rest);
    if let Some(le) = labels.get_mut("le").filter(|_| name.ends_with("_bucket")) {
        *le = number(le).to_string();
    }
    let rest = rest.strip_prefix(' ').unwrap_or_else(|| panic!("not {shape}: {text:?}"));
    let (value, exemplar) = match rest.split_once(" # ") {
        Some((value, exemplar)) => {
            let (labels, rest) = braces(exemplar);
            let (value_of_it, timestamp) = rest.trim_start().split_once(' ').expect("value and timestamp");
            (value, Some(Exemplar { labels, value: number(value_of_it), timestamp: number(timestamp) }))
        }
        None => (rest, None),
    };
    Line { name: name.into(), labels, value: number(value), exemplar }
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// The labels between braces, if there are any, and what follows.
fn braces(text: &str) -> (BTreeMap<String, String>, &str) {
    let mut labels = BTreeMap::new();
    let Some(mut rest) = text.strip_prefix('{') else { return (labels, text) };
    while let Some((name, quoted)) = rest.split_once("=\"") {
        let (value, after) = unquote(quoted);
        assert!(labels.insert(name.into(), value).is_none(), "{name} is there twice: {text:?}");
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => return (labels, after.strip_prefix('}').unwrap_or_else(|| panic!("no brace: {text:?}"))),
        }
    }
    panic!("no end of labels: {text:?}");
}

/// The value up to its closing quote, and what follows.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, c @ ('\\' | '"'))) => value.push(c),
                other => panic!("escape {other:?} in {text:?}"),
            },
            c => value.push(c),
        }
    }
    panic!("no closing quote: {text:?}");
}

/// The samples of one metric.
pub fn of<'a>(lines: &'a [Line], name: &str) -> Vec<&'a Line> {
    lines.iter().filter(|line| line.name == name).collect()
}

/// All lines of a page, comments too, about the metric `base`.
pub fn about(page: &str, base: &str) -> String {
    let is_about = |line: &&str| {
        let line =
            line.strip_prefix("# HELP ").or(line.strip_prefix("# TYPE ")).or(line.strip_prefix("# UNIT "));
        line.is_some_and(|line| line.starts_with(base))
    };
    page.split_inclusive('\n').filter(|line| is_about(line) || line.starts_with(base)).collect()
}
