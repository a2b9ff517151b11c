//! Tests of the whole room, from inside.

mod environment;
mod events;
mod headers;
mod rescue;
mod spans;
mod threads;

use std::future::Future;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry_sdk::trace::SpanData;

use super::Traces;
use super::memory::Memory;
use crate::observe::{Call, Kind, Site};
use crate::scope::{Ambient, Identity, Scope, enter};
use crate::testing::TestTelemetry;
use crate::{LogFormat, Logs, Telemetry, TelemetryBuilder, Verdict};

const TRACE: u128 = 0x0af7651916cd43dd8448eb211c80319c;
const PARENT: u64 = 0xb7ad6b7169203331;
const SECOND: Duration = Duration::from_secs(1);

static INFER: Site = Site::new(Kind::Inference, "infer", "cams").model("yolo").version("8");
static NESTED: Site = Site::new(Kind::Stage, "nested", "cams");

/// What is written, shared with the test.
#[derive(Clone, Debug, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("writer").extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("writer").clone()).expect("UTF-8")
    }
}

/// A telemetry with a clock that the test turns, and the subscriber that [`install`](super::install) would make global.
struct Rig {
    test: TestTelemetry,
    scope: Scope,
    memory: Memory,
    lines: Written,
    dispatch: tracing::Dispatch,
}

fn rig(ratio: f64) -> Rig {
    rig_with(ratio, |traces| traces, |builder| builder)
}

fn rig_with(
    ratio: f64,
    traces: impl FnOnce(Traces) -> Traces,
    builder: impl FnOnce(TelemetryBuilder) -> TelemetryBuilder,
) -> Rig {
    let (memory, lines) = (Memory::new(), Written::default());
    let writer = lines.clone();
    let to_memory = Traces::exporter(memory.clone()).queue(100_000);
    let logs = Logs::new(LogFormat::Human).writer(move || writer.clone());
    let test =
        TestTelemetry::with(|base| builder(base.sampling_ratio(ratio).traces(traces(to_memory)).logs(logs)));
    let scope = test.scope("acme", "cam-7");
    let dispatch = super::builder::subscriber(test.telemetry());
    Rig { test, scope, memory, lines, dispatch }
}

impl Rig {
    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        let _dispatch = tracing::dispatcher::set_default(&self.dispatch);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        runtime.block_on(future)
    }

    fn spans(&self) -> Vec<SpanData> {
        assert!(self.test.telemetry().flush(10 * SECOND), "flush in time");
        self.memory.spans()
    }

    /// Runs `f` as the code that a caller with [`PARENT`] as its span would have called here.
    fn below_parent<T>(&self, sampled: bool, f: impl FnOnce() -> T) -> T {
        let mut ambient = Ambient { scope: Some(self.scope.clone()), ..Ambient::NONE };
        let mut identity = parent(sampled);
        let _entered = enter(&mut identity, &mut ambient);
        f()
    }

    /// Runs `future` as a call below [`PARENT`], with its outcome, and returns the identity of the call.
    async fn call<T>(
        &self,
        sampled: bool,
        verdict: impl Into<Verdict>,
        future: impl Future<Output = T>,
    ) -> (Identity, T) {
        let mut observation = self.below_parent(sampled, || Call::new(&INFER).start());
        let identity = observation.identity().expect("a measured call");
        let result = observation.watch(future).await;
        observation.finish(verdict);
        (identity, result)
    }

    fn dropped(&self, reason: &str) -> u64 {
        let counts = self.test.telemetry().core().dropped.read();
        counts.iter().filter(|(s, r, _)| (*s, *r) == ("traces", reason)).map(|(_, _, n)| n).sum()
    }
}

fn parent(sampled: bool) -> Identity {
    Identity { trace: TRACE, span: PARENT, sampled, ..Identity::NONE }
}

/// Trace, span and parent of a span.
fn ids(span: &SpanData) -> (u128, u64, u64) {
    let number = u64::from_be_bytes;
    (
        u128::from_be_bytes(span.span_context.trace_id().to_bytes()),
        number(span.span_context.span_id().to_bytes()),
        number(span.parent_span_id.to_bytes()),
    )
}

#[track_caller]
fn named<'a>(spans: &'a [SpanData], name: &str) -> &'a SpanData {
    let found: Vec<_> = spans.iter().filter(|span| span.name == name).collect();
    assert_eq!(found.len(), 1, "spans {name} in {spans:#?}");
    found[0]
}

fn attribute<'a>(span: &'a SpanData, key: &str) -> Option<std::borrow::Cow<'a, str>> {
    span.attributes.iter().find(|a| a.key.as_str() == key).map(|a| a.value.as_str())
}

#[tracing::instrument]
async fn user_step() -> Identity {
    tokio::task::yield_now().await;
    tracing::info!(n = 1, "inside");
    user_leaf();
    crate::scope::identity()
}

#[tracing::instrument]
fn user_leaf() {}
