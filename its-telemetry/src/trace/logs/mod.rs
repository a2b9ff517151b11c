//! Log lines: each one written in a scope names tenant and camera, and in a call trace and span, sampled or not.
//!
//! What is said about the call is read from our own slots, never from OpenTelemetry's context, which is borrowed while
//! OpenTelemetry itself warns.

mod human;
mod json;
mod level;
mod pairs;
mod records;
mod text;

use std::fmt;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::logs::SdkLogRecord;
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields, MakeWriter};
use tracing_subscriber::registry::LookupSpan;

pub(crate) use level::LogLevel;
pub use level::LogLevelError;
pub(crate) use records::LogRecords;

use super::export::{Limits, MakeSink};
use super::otlp::Otlp;
use super::settings::Export;
use crate::scope::{Ambient, Identity, identity};

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line: `timestamp`, `level`, `target`, `message`, `trace_id`, `span_id`, `sampled`, `tenant`,
    /// `camera`, `frame`; what the code logs in `fields`, its spans in `spans`.
    Json,
    /// For people.
    Human,
    /// No lines; the application has a subscriber of its own.
    Off,
}

/// Which log lines are written, how and where.
#[derive(Debug)]
pub struct Logs {
    pub(crate) format: LogFormat,
    pub(crate) level: String,
    pub(crate) output: Output,
    pub(crate) export: Export<SdkLogRecord>,
    pub(crate) limits: Limits,
}

impl Default for Logs {
    /// No lines; over OTLP if the environment names a collector.
    fn default() -> Self {
        Self {
            format: LogFormat::Off,
            level: "info".into(),
            output: Output { is_terminal: || io::stderr().is_terminal(), ..Output::to(io::stderr) },
            export: Export::ByEnvironment,
            limits: Limits {
                capacity: 2048,
                batch: 512,
                delay: Duration::from_secs(1),
                timeout: Duration::from_secs(30),
            },
        }
    }
}

impl From<LogFormat> for Logs {
    fn from(format: LogFormat) -> Self {
        Self { format, ..Self::default() }
    }
}

impl Logs {
    /// Lines of this format, on standard error.
    pub fn new(format: LogFormat) -> Self {
        format.into()
    }

    /// Levels by target, such as `info,h2=warn`; `info` by default. `RUST_LOG` overrides it.
    #[must_use]
    pub fn level(mut self, level: impl Into<String>) -> Self {
        self.level = level.into();
        self
    }

    /// Writes the lines on standard output.
    #[must_use]
    pub fn stdout(mut self) -> Self {
        self.output = Output { is_terminal: || io::stdout().is_terminal(), ..Output::to(io::stdout) };
        self
    }

    /// Writes the lines somewhere else, without colours.
    #[must_use]
    pub fn writer(mut self, writer: impl for<'w> MakeWriter<'w> + Send + Sync + 'static) -> Self {
        self.output = Output::to(writer);
        self
    }

    /// Sends them over OTLP too, to where the whole telemetry goes.
    #[must_use]
    pub fn otlp(mut self) -> Self {
        self.export = Export::Otlp(None);
        self
    }

    /// Sends them over OTLP too, to a collector of their own.
    #[must_use]
    pub fn otlp_to(mut self, otlp: Otlp) -> Self {
        self.export = Export::Otlp(Some(otlp));
        self
    }

    pub(crate) fn export_to(mut self, make: MakeSink<SdkLogRecord>) -> Self {
        self.export = Export::To(make);
        self
    }
}

/// Where lines go, shared by the layers made of one telemetry.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    writer: Arc<BoxMakeWriter>,
    is_terminal: fn() -> bool,
}

impl Output {
    fn to(writer: impl for<'w> MakeWriter<'w> + Send + Sync + 'static) -> Self {
        Self { writer: Arc::new(BoxMakeWriter::new(writer)), is_terminal: || false }
    }

    /// On a terminal there are colours, unless its user does not want any: <https://no-color.org>.
    pub(crate) fn has_colours(&self, no_color: bool) -> bool {
        !no_color && (self.is_terminal)()
    }
}

impl<'w> MakeWriter<'w> for Output {
    type Writer = <BoxMakeWriter as MakeWriter<'w>>::Writer;

    fn make_writer(&'w self) -> Self::Writer {
        self.writer.make_writer()
    }
}

/// A format, as tracing-subscriber asks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lines {
    Json,
    Human,
}

impl LogFormat {
    pub(crate) fn lines(self) -> Option<Lines> {
        match self {
            Self::Json => Some(Lines::Json),
            Self::Human => Some(Lines::Human),
            Self::Off => None,
        }
    }
}

impl<S> FormatEvent<S, Self> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, Self>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        match self {
            Self::Json => json::line(context, &mut writer, event),
            Self::Human => human::line(context, &mut writer, event),
        }
    }
}

/// The fields of a span, until an event in it is written.
impl<'w> FormatFields<'w> for Lines {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'w>, fields: R) -> fmt::Result {
        pairs::of_span(*self, &mut writer, &fields)
    }

    fn add_fields(
        &self,
        current: &'w mut FormattedFields<Self>,
        fields: &tracing::span::Record<'_>,
    ) -> fmt::Result {
        pairs::replace(*self, &mut current.fields, fields)
    }
}

/// The call that a line is written in. A thread that exports is in none.
pub(super) fn call() -> Option<Identity> {
    Some(identity()).filter(|call| call.is_some() && !call.is_suppressed())
}

/// The frame that a line is about.
pub(super) fn frame(ambient: &Ambient) -> Option<&str> {
    Some(ambient.carried.as_ref()?.frame.as_ref()?.as_str())
}
