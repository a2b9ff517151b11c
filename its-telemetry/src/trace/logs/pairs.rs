//! Fields as `"name":value` or `name=value`.

use std::error::Error;
use std::fmt::{self, Write};

use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;

use super::Lines;
use super::text::{OneLine, json_string};
use crate::trace::fields::error_text;

/// Between the fields of a span that are kept: a control character, which no value has unescaped.
const SEPARATOR: char = '\u{1f}';

/// Writes fields with their types. The message is left out: it stands for itself.
pub(super) struct Pairs<'a> {
    lines: Lines,
    to: &'a mut dyn Write,
    separator: char,
    some: bool,
    result: fmt::Result,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(lines: Lines, to: &'a mut dyn Write) -> Self {
        let separator = match lines {
            Lines::Json => ',',
            Lines::Human => ' ',
        };
        Self { lines, to, separator, some: false, result: Ok(()) }
    }

    /// Whether a field was written, and that it could be.
    pub(super) fn end(self) -> Result<bool, fmt::Error> {
        self.result.map(|()| self.some)
    }

    fn key(&mut self, name: &str) -> fmt::Result {
        if std::mem::replace(&mut self.some, true) {
            self.to.write_char(self.separator)?;
        }
        match self.lines {
            Lines::Json => {
                json_string(self.to, format_args!("{name}"))?;
                self.to.write_char(':')
            }
            Lines::Human => {
                OneLine(self.to).write_str(name)?;
                self.to.write_char('=')
            }
        }
    }

    fn plain(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        if self.result.is_ok() {
            self.result = self.key(field.name()).and_then(|()| self.to.write_fmt(value));
        }
    }

    fn text(&mut self, field: &Field, value: fmt::Arguments<'_>) {
        if self.result.is_err() || field.name() == "message" {
            return;
        }
        self.result = self.key(field.name()).and_then(|()| match self.lines {
            Lines::Json => json_string(self.to, value),
            Lines::Human => OneLine(self.to).write_fmt(value),
        });
    }
}

impl Visit for Pairs<'_> {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field, format_args!("{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field, format_args!("{value}"));
    }

    /// JSON has no infinities.
    fn record_f64(&mut self, field: &Field, value: f64) {
        match value.is_finite() {
            true => self.plain(field, format_args!("{value:?}")),
            false => self.text(field, format_args!("{value}")),
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let word = !value.is_empty() && !value.contains(|c: char| c.is_whitespace() || c == '"' || c == '=');
        match self.lines {
            Lines::Human if !word => self.text(field, format_args!("{value:?}")),
            _ => self.text(field, format_args!("{value}")),
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.record_str(field, &error_text(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.text(field, format_args!("{value:?}"));
    }
}

/// Writes the message of an event and nothing else.
pub(super) struct Message<'a> {
    write: &'a mut dyn FnMut(fmt::Arguments<'_>) -> fmt::Result,
    result: Option<fmt::Result>,
}

impl<'a> Message<'a> {
    /// Hands the message to `write`, if there is one; only the first of several.
    pub(super) fn of(
        event: &tracing::Event<'_>,
        write: &'a mut dyn FnMut(fmt::Arguments<'_>) -> fmt::Result,
    ) -> fmt::Result {
        let mut message = Self { write, result: None };
        event.record(&mut message);
        message.result.unwrap_or(Ok(()))
    }
}

impl Visit for Message<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" && self.result.is_none() {
            self.result = Some((self.write)(format_args!("{value:?}")));
        }
    }
}

/// The fields of a span, to be kept.
pub(super) fn of_span(lines: Lines, to: &mut dyn Write, fields: &impl RecordFields) -> fmt::Result {
    let mut pairs = Pairs { separator: SEPARATOR, ..Pairs::new(lines, to) };
    fields.record(&mut pairs);
    pairs.end().map(drop)
}

/// Fields recorded later take the place of those of the same name.
pub(super) fn replace(lines: Lines, kept: &mut String, fields: &impl RecordFields) -> fmt::Result {
    let mut new = String::new();
    of_span(lines, &mut new, fields)?;
    let ends_key = match lines {
        Lines::Json => "\":",
        Lines::Human => "=",
    };
    let key = |pair: &str| pair.split_once(ends_key).map(|(key, _)| key.to_owned());
    let names: Vec<_> = new.split(SEPARATOR).filter_map(key).collect();
    let stay = kept.split(SEPARATOR).filter(|pair| key(pair).is_some_and(|key| !names.contains(&key)));
    let pairs: Vec<&str> = stay.chain(new.split(SEPARATOR).filter(|pair| !pair.is_empty())).collect();
    *kept = pairs.join("\u{1f}");
    Ok(())
}

/// Writes kept fields with `between` between them.
pub(super) fn kept(to: &mut dyn Write, fields: &str, between: &str) -> fmt::Result {
    for (n, pair) in fields.split(SEPARATOR).filter(|pair| !pair.is_empty()).enumerate() {
        to.write_str(if n == 0 { "" } else { between })?;
        to.write_str(pair)?;
    }
    Ok(())
}
