//! Log lines for machines.

use std::fmt;

use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::pairs::{self, Message, Pairs};
use super::text::json_string;
use super::{Lines, call, frame};
use crate::scope::{Ambient, read};

pub(super) fn line<S>(
    context: &FmtContext<'_, S, Lines>,
    writer: &mut Writer<'_>,
    event: &Event<'_>,
) -> fmt::Result
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let metadata = event.metadata();
    writer.write_str("{\"timestamp\":\"")?;
    SystemTime.format_time(writer)?;
    write!(writer, "\",\"level\":\"{}\",\"target\":", metadata.level())?;
    json_string(writer, format_args!("{}", metadata.target()))?;
    message(writer, event)?;
    if let Some(call) = call() {
        write!(writer, ",\"trace_id\":\"{:032x}\",\"span_id\":\"{:016x}\"", call.trace, call.span)?;
        write!(writer, ",\"sampled\":{}", call.sampled)?;
    }
    read(|ambient| scope(writer, ambient)).unwrap_or(Ok(()))?;
    fields(writer, event)?;
    spans(context, writer)?;
    writer.write_str("}\n")
}

fn message(writer: &mut Writer<'_>, event: &Event<'_>) -> fmt::Result {
    Message::of(event, &mut |text| {
        writer.write_str(",\"message\":")?;
        json_string(writer, text)
    })
}

fn scope(writer: &mut Writer<'_>, ambient: &Ambient) -> fmt::Result {
    let scope = ambient.scope.as_ref();
    let values = [
        ("tenant", scope.and_then(|scope| scope.tenant()).map(AsRef::as_ref)),
        ("camera", scope.and_then(|scope| scope.camera()).map(AsRef::as_ref)),
        ("frame", frame(ambient)),
    ];
    for (name, value) in values {
        if let Some(value) = value {
            write!(writer, ",\"{name}\":")?;
            json_string(writer, format_args!("{value}"))?;
        }
    }
    Ok(())
}

/// In an object of their own, so that a field of the user's cannot be taken for one of ours.
fn fields(writer: &mut Writer<'_>, event: &Event<'_>) -> fmt::Result {
    if event.fields().all(|field| field.name() == "message") {
        return Ok(());
    }
    writer.write_str(",\"fields\":{")?;
    let mut pairs = Pairs::new(Lines::Json, writer);
    event.record(&mut pairs);
    pairs.end()?;
    writer.write_char('}')
}

fn spans<S>(context: &FmtContext<'_, S, Lines>, writer: &mut Writer<'_>) -> fmt::Result
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let Some(spans) = context.event_scope() else { return Ok(()) };
    writer.write_str(",\"spans\":[")?;
    for (n, span) in spans.from_root().enumerate() {
        writer.write_str(if n == 0 { "{\"name\":" } else { ",{\"name\":" })?;
        json_string(writer, format_args!("{}", span.name()))?;
        if let Some(fields) =
            span.extensions().get::<FormattedFields<Lines>>().filter(|f| !f.fields.is_empty())
        {
            writer.write_str(",\"fields\":{")?;
            pairs::kept(writer, &fields.fields, ",")?;
            writer.write_char('}')?;
        }
        writer.write_char('}')?;
    }
    writer.write_char(']')
}
