//! Just enough PromQL to know our own counters.

/// A series selector: `name{label="value"}`.
#[derive(Debug, PartialEq)]
struct Selector<'a> {
    name: &'a str,
    /// Label, operator, value.
    matchers: Vec<(&'a str, &'a str, &'a str)>,
}

/// One of this crate's counters.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Counter {
    pub(super) slo: String,
    /// `good`, `bad`, or all.
    pub(super) result: Option<String>,
}

/// The counter, when the query is one and nothing else, with or without `sum`, `rate` and `increase` around it.
pub(super) fn own_counter(query: &str) -> Option<Counter> {
    let mut inner = query.trim();
    while let Some(part) = ["sum", "rate", "increase"].iter().find_map(|function| argument(inner, function)) {
        inner = part;
    }
    let inner = inner.split_once('[').map_or(inner, |(selector, _)| selector.trim());
    let Selector { name: "its_slo_events_total" | "its_slo_slices_total", matchers } = selector(inner)?
    else {
        return None;
    };
    let (mut slo, mut result) = (None, None);
    for matcher in matchers {
        match matcher {
            ("slo", "=", value) => slo = Some(value.to_owned()),
            ("result", "=", value @ ("good" | "bad")) => result = Some(value.to_owned()),
            // Less than all of it, such as one tenant.
            _ => return None,
        }
    }
    slo.map(|slo| Counter { slo, result })
}

/// A counter over the window, when the query is a bare counter; else the query.
pub(super) fn over_window(query: &str) -> String {
    let counter = argument(query.trim(), "sum").unwrap_or(query.trim());
    if selector(counter).is_some() { format!("sum(rate({counter}[{{{{.window}}}}]))") } else { query.into() }
}

fn argument<'a>(call: &'a str, function: &str) -> Option<&'a str> {
    let inner = call.strip_prefix(function)?.trim_start().strip_prefix('(')?.strip_suffix(')')?;
    // Not sum(a) / sum(b).
    (!inner.contains(['(', ')']) || balanced(inner)).then(|| inner.trim())
}

fn balanced(text: &str) -> bool {
    let mut depth = 0_i32;
    text.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    })
}

fn selector(text: &str) -> Option<Selector<'_>> {
    let (name, rest) = split_word(text)?;
    let mut matchers = Vec::new();
    let mut rest = rest.trim();
    if !rest.is_empty() {
        rest = rest.strip_prefix('{')?.strip_suffix('}')?.trim();
        while !rest.is_empty() {
            let (label, after) = split_word(rest)?;
            let after = after.trim_start();
            let operator =
                ["=~", "!=", "!~", "="].into_iter().find(|operator| after.starts_with(operator))?;
            let after = after[operator.len()..].trim_start().strip_prefix('"')?;
            let (value, after) = after.split_once('"')?;
            if value.contains('\\') {
                return None;
            }
            matchers.push((label, operator, value));
            let after = after.trim_start();
            rest = if after.is_empty() { after } else { after.strip_prefix(',')?.trim_start() };
        }
    }
    Some(Selector { name, matchers })
}

fn split_word(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    let starts = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == ':');
    starts.then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_counters_are_known_and_no_others() {
        let known = |query| own_counter(query).map(|counter| (counter.slo, counter.result));
        let detect = |result: Option<&str>| Some(("detect".to_owned(), result.map(Into::into)));
        assert_eq!(known(r#"its_slo_events_total{slo="detect"}"#), detect(None));
        assert_eq!(known(r#"its_slo_slices_total{result="bad", slo="detect",}"#), detect(Some("bad")));
        let rate = r#"sum(rate(its_slo_events_total{slo="detect",result="good"}[{{.window}}]))"#;
        assert_eq!(known(rate), detect(Some("good")));
        for query in [
            "its_slo_events_total",
            r#"its_slo_events_total{slo=~"detect"}"#,
            r#"its_slo_events_total{slo="detect",tenant="berlin"}"#,
            r#"sum(its_slo_events_total{slo="detect"}) / sum(its_slo_events_total{slo="detect"})"#,
            r#"http_requests_total{slo="detect"}"#,
            "",
        ] {
            assert_eq!(known(query), None, "{query}");
        }
    }

    #[test]
    fn only_a_bare_counter_is_counted_over_the_window() {
        assert_eq!(over_window("a_total"), "sum(rate(a_total[{{.window}}]))");
        assert_eq!(over_window(r#"sum(a{b=~"5..",})"#), r#"sum(rate(a{b=~"5..",}[{{.window}}]))"#);
        for query in ["sum(rate(a[{{.window}}]))", "sum(a) + sum(b)", "a / b", "1"] {
            assert_eq!(over_window(query), query);
        }
    }
}
