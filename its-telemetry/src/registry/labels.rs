//! Label sets as text, escaped once when a series is made.

use std::borrow::Cow;

/// The value that folded labels take.
pub(crate) const OTHER: &str = "_other";

/// `name="value"` pairs joined by commas, as they stand between the braces of every text format.
pub(crate) fn render<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Box<str> {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push(',');
        }
        text.push_str(name);
        text.push_str("=\"");
        escape(value, &mut text);
        text.push('"');
    }
    text.into_boxed_str()
}

fn escape(value: &str, text: &mut String) {
    for c in value.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            c => text.push(c),
        }
    }
}

/// The pairs of a rendered label set, for formats that carry names and values apart.
pub(crate) fn parse(mut text: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    std::iter::from_fn(move || {
        let (name, rest) = text.split_once("=\"")?;
        let mut end = 0;
        let bytes = rest.as_bytes();
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let value = rest.get(..end)?;
        text = rest.get(end + 1..)?.trim_start_matches(',');
        Some((name, unescape(value)))
    })
}

fn unescape(value: &str) -> Cow<'_, str> {
    if !value.contains('\\') {
        return Cow::Borrowed(value);
    }
    let mut text = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n')) => text.push('\n'),
            ('\\', Some(other)) => text.push(other),
            (c, _) => text.push(c),
        }
    }
    Cow::Owned(text)
}

/// A metric name as Prometheus wants it: `[a-zA-Z_:][a-zA-Z0-9_:]*`.
pub(crate) fn metric_name(name: &str) -> Cow<'_, str> {
    sanitize(name, |c| c.is_ascii_alphanumeric() || c == '_' || c == ':')
}

/// A label name as Prometheus wants it: `[a-zA-Z_][a-zA-Z0-9_]*`.
pub(crate) fn label_name(name: &str) -> Cow<'_, str> {
    sanitize(name, |c| c.is_ascii_alphanumeric() || c == '_')
}

fn sanitize(name: &str, allowed: impl Fn(char) -> bool) -> Cow<'_, str> {
    let starts_well = name.starts_with(|c: char| !c.is_ascii_digit());
    if starts_well && name.chars().all(&allowed) {
        return Cow::Borrowed(name);
    }
    let prefix = if starts_well { "" } else { "_" };
    Cow::Owned(prefix.chars().chain(name.chars().map(|c| if allowed(c) { c } else { '_' })).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_made_valid() {
        assert_eq!(metric_name("its_ok_total"), "its_ok_total");
        assert_eq!(metric_name("http.server.request.duration"), "http_server_request_duration");
        assert_eq!(metric_name("9lives"), "_9lives");
        assert_eq!(metric_name(""), "_");
        assert_eq!(label_name("a:b"), "a_b");
    }

    proptest! {
        #[test]
        fn any_value_reads_back(values in proptest::collection::vec(any::<String>(), 0..4)) {
            let names = ["a", "b", "c", "d"];
            let text = render(names.into_iter().zip(values.iter().map(String::as_str)));
            let back: Vec<_> = parse(&text).map(|(name, value)| (name.to_owned(), value.into_owned())).collect();
            let expected: Vec<_> = names.into_iter().map(str::to_owned).zip(values).collect();
            prop_assert_eq!(back, expected);
        }
    }
}
