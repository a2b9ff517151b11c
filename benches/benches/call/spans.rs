//! An OpenTelemetry pipeline whose exporter throws the spans away.

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, Sampler, SdkTracer, SdkTracerProvider, SpanData, SpanExporter,
};

#[derive(Debug)]
pub(crate) struct Nowhere;

impl SpanExporter for Nowhere {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        std::hint::black_box(batch);
        Ok(())
    }
}

/// A tracer that samples this share of the traces.
pub(crate) fn tracer(ratio: f64) -> SdkTracer {
    let provider = SdkTracerProvider::builder()
        .with_span_processor(BatchSpanProcessor::builder(Nowhere).build())
        .with_sampler(Sampler::TraceIdRatioBased(ratio))
        .build();
    let tracer = provider.tracer("bench");
    // It lives as long as the process.
    std::mem::forget(provider);
    tracer
}
