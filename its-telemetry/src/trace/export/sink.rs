//! Where a batch goes: OpenTelemetry's exporters behind one interface that can be boxed.

use std::future::Future;
use std::pin::Pin;

use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter, SdkLogRecord};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

/// The end of an export: why it failed, for a log line.
pub(crate) type Sent<'a> = Pin<Box<dyn Future<Output = Result<(), String>> + Send + 'a>>;

/// Takes batches, one at a time, on the export thread.
pub(crate) trait Sink<T>: Send {
    fn send(&mut self, batch: Vec<T>) -> Sent<'_>;
    /// Says what the batches belong to, before the first one.
    fn set_resource(&mut self, resource: &Resource);
    fn close(&mut self);
}

/// Makes the sink on its thread, inside its runtime, which some exporters need.
pub(crate) type MakeSink<T> = Box<dyn FnOnce() -> Result<Box<dyn Sink<T>>, String> + Send>;

/// The exporter as a sink, boxed.
pub(crate) fn spans(exporter: impl SpanExporter + 'static) -> Box<dyn Sink<SpanData>> {
    Box::new(Spans(exporter))
}

/// The exporter as a sink, boxed; `library` is what the records name as their origin.
pub(crate) fn logs(
    exporter: impl LogExporter + 'static,
    library: InstrumentationScope,
) -> Box<dyn Sink<SdkLogRecord>> {
    Box::new(Logs { exporter, library })
}

fn text(result: OTelSdkResult) -> Result<(), String> {
    result.map_err(|error| error.to_string())
}

struct Spans<E>(E);

impl<E: SpanExporter> Sink<SpanData> for Spans<E> {
    fn send(&mut self, batch: Vec<SpanData>) -> Sent<'_> {
        Box::pin(async { text(self.0.export(batch).await) })
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.0.set_resource(resource);
    }

    fn close(&mut self) {
        let _ = self.0.shutdown();
    }
}

struct Logs<E> {
    exporter: E,
    library: InstrumentationScope,
}

impl<E: LogExporter> Sink<SdkLogRecord> for Logs<E> {
    fn send(&mut self, batch: Vec<SdkLogRecord>) -> Sent<'_> {
        Box::pin(async move {
            let records: Vec<_> = batch.iter().map(|record| (record, &self.library)).collect();
            text(self.exporter.export(LogBatch::new(&records)).await)
        })
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }

    fn close(&mut self) {
        let _ = self.exporter.shutdown();
    }
}
