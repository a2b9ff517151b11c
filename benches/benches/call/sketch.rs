//! The least that measures a call: the camera's handles in hand, plain atomics, two readings of the clock, and a span
//! for one call in a hundred. It knows neither panics nor cancellation, identities nor exemplars.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use its_benches::Case;
use its_benches::frame::{BUCKETS, Detections, Frame, InferError, MODEL, frames, infer, now};
use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Tracer as _};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::SdkTracer;

use crate::{repeat, spans};

pub(crate) fn call(case: &Case) {
    let cameras: Vec<Camera> = frames().iter().map(Camera::new).collect();
    let tracer = spans::tracer(1.0);
    case.calls(|frame, times| {
        let camera = &cameras[frame.index];
        repeat(times, || match is_sampled() {
            true => now(with_span(frame, camera, &tracer)),
            false => now(measured(frame, camera)),
        });
    });
}

/// The bounds in nanoseconds.
const BOUNDS: [u64; 16] = {
    let mut bounds = [0; 16];
    let mut i = 0;
    while i < 16 {
        bounds[i] = (BUCKETS[i] * 1e9) as u64;
        i += 1;
    }
    bounds
};

#[derive(Default)]
#[repr(align(64))]
struct Histogram {
    sum: AtomicU64,
    buckets: [AtomicU64; 17],
}

impl Histogram {
    #[inline]
    fn record(&self, nanos: u64) {
        let bucket = BOUNDS.iter().map(|bound| usize::from(nanos > *bound)).sum::<usize>();
        self.buckets[bucket].fetch_add(1, Relaxed);
        self.sum.fetch_add(nanos, Relaxed);
    }
}

/// One histogram for each outcome: its count is the counter of the requests.
#[repr(align(128))]
struct Camera {
    in_flight: AtomicI64,
    durations: [Histogram; 2],
    tenant: Arc<str>,
    camera: Arc<str>,
}

impl Camera {
    fn new(frame: &Frame) -> Self {
        Self {
            in_flight: AtomicI64::new(0),
            durations: Default::default(),
            tenant: frame.tenant.as_str().into(),
            camera: frame.camera.as_str().into(),
        }
    }
}

struct InFlight<'a>(&'a AtomicI64);

impl Drop for InFlight<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

async fn measured(frame: &Frame, camera: &Camera) -> Result<Detections, InferError> {
    camera.in_flight.fetch_add(1, Relaxed);
    let _in_flight = InFlight(&camera.in_flight);
    let start = Instant::now();
    let result = infer(frame).await;
    camera.durations[usize::from(result.is_err())].record(start.elapsed().as_nanos() as u64);
    result
}

async fn with_span(frame: &Frame, camera: &Camera, tracer: &SdkTracer) -> Result<Detections, InferError> {
    let attributes = [
        KeyValue::new("tenant", Arc::clone(&camera.tenant)),
        KeyValue::new("camera", Arc::clone(&camera.camera)),
        KeyValue::new("model", MODEL),
    ];
    let builder = SpanBuilder::from_name("infer").with_kind(SpanKind::Internal).with_attributes(attributes);
    let mut span = tracer.build_with_context(builder, &Context::new());
    let result = measured(frame, camera).await;
    span.end();
    result
}

/// True for one call in a hundred.
#[inline]
fn is_sampled() -> bool {
    thread_local! {
        static STATE: Cell<u64> = const { Cell::new(0x9E37_79B9_7F4A_7C15) };
    }
    let mut x = STATE.get();
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    STATE.set(x);
    x < u64::MAX / 100
}
