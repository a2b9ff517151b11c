//! Log lines as OTLP log records, with the same ids as the written ones.

use std::time::SystemTime;

use opentelemetry::logs::{AnyValue, LogRecord, Logger, LoggerProvider, Severity};
use opentelemetry::trace::{SpanId, TraceFlags, TraceId};
use opentelemetry::{StringValue, Value};
use opentelemetry_sdk::logs::{SdkLogRecord, SdkLogger, SdkLoggerProvider};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

use super::{call, frame};
use crate::scope::{identity, read};
use crate::trace::export::Queue;
use crate::trace::fields::Fields;

/// Puts a record into the queue for each event.
#[derive(Debug)]
pub(crate) struct LogRecords {
    queue: Queue<SdkLogRecord>,
    /// Only it can make an empty record.
    maker: SdkLogger,
}

impl LogRecords {
    pub(crate) fn new(queue: Queue<SdkLogRecord>) -> Self {
        Self { queue, maker: SdkLoggerProvider::builder().build().logger("its-telemetry") }
    }

    fn record(&self, event: &Event<'_>) -> SdkLogRecord {
        let now = SystemTime::now();
        let metadata = event.metadata();
        let fields = Fields::of(event);
        let mut record = self.maker.create_log_record();
        record.set_timestamp(now);
        record.set_observed_timestamp(now);
        record.set_severity_number(severity(metadata.level()));
        record.set_severity_text(metadata.level().as_str());
        record.set_target(metadata.target().to_owned());
        record.set_body(AnyValue::String(fields.message.into()));
        record.add_attributes(fields.attributes.into_iter().map(|(key, value)| (key, any(value))));
        if let Some(call) = call() {
            let flags = TraceFlags::default().with_sampled(call.sampled);
            record.set_trace_context(TraceId::from(call.trace), SpanId::from(call.span), Some(flags));
        }
        read(|ambient| {
            let scope = ambient.scope.as_ref();
            let values = [
                ("its.tenant.id", scope.and_then(|scope| scope.tenant()).map(AsRef::as_ref)),
                ("its.camera.id", scope.and_then(|scope| scope.camera()).map(AsRef::as_ref)),
                ("its.frame.id", frame(ambient)),
            ];
            for (key, value) in values {
                if let Some(value) = value {
                    record.add_attribute(key, AnyValue::String(StringValue::from(value.to_owned())));
                }
            }
        });
        record
    }
}

impl<S: Subscriber> Layer<S> for LogRecords {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        // What an exporter's thread says about itself must not be exported by it.
        if !identity().is_suppressed() {
            self.queue.push(self.record(event));
        }
    }
}

fn severity(level: &Level) -> Severity {
    match *level {
        Level::ERROR => Severity::Error,
        Level::WARN => Severity::Warn,
        Level::INFO => Severity::Info,
        Level::DEBUG => Severity::Debug,
        Level::TRACE => Severity::Trace,
    }
}

fn any(value: Value) -> AnyValue {
    match value {
        Value::Bool(value) => AnyValue::Boolean(value),
        Value::I64(value) => AnyValue::Int(value),
        Value::F64(value) => AnyValue::Double(value),
        Value::String(value) => AnyValue::String(value),
        other => AnyValue::String(other.to_string().into()),
    }
}
