//! Strings in log lines: nothing in them can end the line or the string they stand in.

use std::fmt::{self, Write};

/// Escapes what is written through it as the inside of a JSON string.
pub(super) struct JsonString<'a>(pub(super) &'a mut dyn Write);

impl Write for JsonString<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut plain = 0;
        for (at, c) in text.char_indices() {
            let escape = match c {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                // Some readers take the last two for the end of a line.
                '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => "",
                _ => continue,
            };
            self.0.write_str(&text[plain..at])?;
            plain = at + c.len_utf8();
            match escape {
                "" => write!(self.0, "\\u{:04x}", u32::from(c))?,
                escape => self.0.write_str(escape)?,
            }
        }
        self.0.write_str(&text[plain..])
    }
}

/// A whole JSON string.
pub(super) fn json_string(to: &mut dyn Write, text: fmt::Arguments<'_>) -> fmt::Result {
    to.write_char('"')?;
    JsonString(to).write_fmt(text)?;
    to.write_char('"')
}

/// Escapes control characters, which could forge lines or move the cursor of a terminal.
pub(super) struct OneLine<'a>(pub(super) &'a mut dyn Write);

impl Write for OneLine<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut plain = 0;
        for (at, c) in text.char_indices() {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                self.0.write_str(&text[plain..at])?;
                write!(self.0, "{}", c.escape_default())?;
                plain = at + c.len_utf8();
            }
        }
        self.0.write_str(&text[plain..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_string_reads_back_from_json(text in any::<String>(), rest in any::<String>()) {
            let mut json = String::new();
            json_string(&mut json, format_args!("{text}{rest}")).expect("a string takes all");
            let back: String = serde_json::from_str(&json).expect("JSON");
            prop_assert_eq!(back, format!("{text}{rest}"));
            prop_assert!(!json.chars().any(char::is_control));
        }

        #[test]
        fn no_string_ends_the_line(text in any::<String>()) {
            let mut line = String::new();
            OneLine(&mut line).write_str(&text).expect("a string takes all");
            prop_assert!(!line.chars().any(char::is_control));
        }
    }
}
