//! Small text work: the closest known word, and `snake_case`.

/// The candidate that `word` is most likely a misspelling of.
pub(crate) fn closest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let (distance, candidate) =
        candidates.iter().map(|candidate| (distance(word, candidate), *candidate)).min()?;
    let longer = word.chars().count().max(candidate.len());
    (distance <= longer.div_ceil(3)).then_some(candidate)
}

/// `` `a`, `b`, `c` ``
pub(crate) fn quoted_list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// `; did you mean ..?` when a candidate is close, and all of them.
pub(crate) fn allowed(word: &str, candidates: &[&str]) -> String {
    let suggestion =
        closest(word, candidates).map(|word| format!("; did you mean `{word}`?")).unwrap_or_default();
    format!("{suggestion}\nallowed: {}", quoted_list(candidates))
}

/// Levenshtein distance in characters, one row at a time.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.chars().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[row.len() - 1]
}

/// `HttpTimeout`, `HTTPTimeout` -> `http_timeout`. A digit stays with the word before it.
pub(crate) fn snake_case(camel: &str) -> String {
    let chars: Vec<char> = camel.chars().collect();
    let mut snake = String::with_capacity(camel.len() + 4);
    for (i, &c) in chars.iter().enumerate() {
        if c.is_uppercase() && i > 0 && chars[i - 1] != '_' {
            let after_word = !chars[i - 1].is_uppercase();
            let ends_acronym = chars.get(i + 1).is_some_and(|next| next.is_lowercase());
            if after_word || ends_acronym {
                snake.push('_');
            }
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::{closest, snake_case};

    #[test]
    fn suggests_only_what_is_close() {
        let keys = ["model", "version", "timeout_if", "ok_if", "slo"];
        assert_eq!(closest("modle", &keys), Some("model"));
        assert_eq!(closest("timeoutif", &keys), Some("timeout_if"));
        assert_eq!(closest("okif", &keys), Some("ok_if"));
        assert_eq!(closest("verison", &keys), Some("version"));
        assert_eq!(closest("colour", &keys), None);
        assert_eq!(closest("", &[]), None);
    }

    #[test]
    fn snake_cases_words_acronyms_and_digits() {
        for (camel, snake) in [
            ("Io", "io"),
            ("HttpTimeout", "http_timeout"),
            ("HTTPTimeout", "http_timeout"),
            ("ModelNotFound", "model_not_found"),
            ("Http2Reset", "http2_reset"),
            ("V2", "v2"),
            ("IO", "io"),
            ("Already_Snake", "already_snake"),
            ("lower", "lower"),
            ("", ""),
        ] {
            assert_eq!(snake_case(camel), snake, "{camel}");
        }
    }
}
