//! Log lines for people.

use std::fmt::{self, Write};

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::pairs::{self, Message, Pairs};
use super::text::OneLine;
use super::{Lines, call, frame};
use crate::scope::read;

const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

pub(super) fn line<S>(
    context: &FmtContext<'_, S, Lines>,
    writer: &mut Writer<'_>,
    event: &Event<'_>,
) -> fmt::Result
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let metadata = event.metadata();
    let (dim, plain) = if writer.has_ansi_escapes() { (DIM, PLAIN) } else { ("", "") };
    writer.write_str(dim)?;
    SystemTime.format_time(writer)?;
    writer.write_str(plain)?;
    let colour = if writer.has_ansi_escapes() { colour(metadata.level()) } else { "" };
    write!(writer, " {colour}{:>5}{plain} ", metadata.level().as_str())?;
    spans(context, writer)?;
    write!(writer, "{dim}{}:{plain}", metadata.target())?;
    Message::of(event, &mut |text| {
        writer.write_char(' ')?;
        OneLine(writer).write_fmt(text)
    })?;
    if event.fields().any(|field| field.name() != "message") {
        writer.write_char(' ')?;
        let mut pairs = Pairs::new(Lines::Human, writer);
        event.record(&mut pairs);
        pairs.end()?;
    }
    place(writer, dim, plain)?;
    writer.write_char('\n')
}

fn colour(level: &Level) -> &'static str {
    match *level {
        Level::ERROR => "\x1b[31m",
        Level::WARN => "\x1b[33m",
        Level::INFO => "\x1b[32m",
        _ => "\x1b[34m",
    }
}

fn spans<S>(context: &FmtContext<'_, S, Lines>, writer: &mut Writer<'_>) -> fmt::Result
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    for span in context.event_scope().into_iter().flat_map(|spans| spans.from_root()) {
        writer.write_str(span.name())?;
        if let Some(fields) =
            span.extensions().get::<FormattedFields<Lines>>().filter(|f| !f.fields.is_empty())
        {
            writer.write_char('{')?;
            pairs::kept(writer, &fields.fields, " ")?;
            writer.write_char('}')?;
        }
        writer.write_str(": ")?;
    }
    Ok(())
}

/// Whose call it is and which, in braces behind what the code said.
fn place(writer: &mut Writer<'_>, dim: &str, plain: &str) -> fmt::Result {
    let mut text = String::new();
    let mut add = |name: &str, value: fmt::Arguments<'_>| {
        let between = if text.is_empty() { "" } else { " " };
        write!(text, "{between}{name}={value}")
    };
    let scoped = read(|ambient| {
        let scope = ambient.scope.as_ref();
        for (name, value) in [
            ("tenant", scope.and_then(|scope| scope.tenant()).map(AsRef::as_ref)),
            ("camera", scope.and_then(|scope| scope.camera()).map(AsRef::as_ref)),
            ("frame", frame(ambient)),
        ] {
            if let Some(value) = value {
                add(name, format_args!("{value}"))?;
            }
        }
        Ok(())
    });
    scoped.unwrap_or(Ok(()))?;
    if let Some(call) = call() {
        add("trace_id", format_args!("{:032x}", call.trace))?;
        add("span_id", format_args!("{:016x}", call.span))?;
        add("sampled", format_args!("{}", call.sampled))?;
    }
    if text.is_empty() {
        return Ok(());
    }
    write!(writer, " {dim}{{")?;
    OneLine(writer).write_str(&text)?;
    write!(writer, "}}{plain}")
}
