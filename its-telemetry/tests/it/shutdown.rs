//! The end of a telemetry: nothing is lost silently, and nobody is held.

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::time::{Duration, Instant};

use its_telemetry::otel::Memory;
use its_telemetry::{
    LogFormat, Logs, Otlp, PushMetrics, ShutdownReport, Telemetry, TelemetryBuilder, Traces, instrument_stage,
};
use tracing_subscriber::layer::SubscriberExt;

const DEADLINE: Duration = Duration::from_millis(300);

#[instrument_stage]
fn stage() {
    tracing::warn!("a line");
}

fn run(telemetry: &Telemetry, calls: usize) {
    let subscriber = tracing_subscriber::registry().with(telemetry.tracing_layer());
    let _default = tracing::subscriber::set_default(subscriber);
    telemetry.root_scope().in_scope(|| (0..calls).for_each(|_| stage()));
}

fn builder() -> TelemetryBuilder {
    Telemetry::builder("cams").ignore_environment().sampling_ratio(1.0)
}

/// All signals go to `address`.
fn exporting_to(address: SocketAddr) -> Telemetry {
    builder()
        .otlp(Otlp::grpc(format!("http://{address}")))
        .traces(Traces::otlp())
        .logs(Logs::new(LogFormat::Off).otlp())
        .push_metrics(PushMetrics::otlp())
        .build()
        .expect("a telemetry does not need its collector to start")
}

/// Takes connections and never answers.
fn hung() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("address");
    (listener, address)
}

/// Nobody listens there.
fn absent() -> SocketAddr {
    hung().1
}

struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future without any runtime.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Arc::new(Unpark(std::thread::current())).into();
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(result) => return result,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// Measures a shutdown; the machine may be busy, the exporters would take far longer.
fn timed(shutdown: impl FnOnce() -> ShutdownReport) -> ShutdownReport {
    let start = Instant::now();
    let report = shutdown();
    assert!(start.elapsed() < DEADLINE + Duration::from_millis(500), "{:?}", start.elapsed());
    report
}

#[test]
fn a_hung_collector_holds_no_shutdown_on_any_runtime() {
    let (_listener, address) = hung();
    let current = tokio::runtime::Builder::new_current_thread().build().expect("runtime");
    let multi = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("runtime");
    let shutdowns: [fn(&Telemetry, &tokio::runtime::Runtime) -> ShutdownReport; 3] = [
        |telemetry, runtime| runtime.block_on(telemetry.shutdown(DEADLINE)),
        |telemetry, _| block_on(telemetry.shutdown(DEADLINE)),
        |telemetry, _| telemetry.shutdown_blocking(DEADLINE),
    ];
    for runtime in [&current, &multi] {
        for shutdown in shutdowns {
            let telemetry = exporting_to(address);
            run(&telemetry, 3);
            let report = timed(|| shutdown(&telemetry, runtime));
            assert_eq!((report.spans.exported, report.spans.dropped), (0, 3), "{report}");
            assert_eq!((report.logs.exported, report.logs.dropped), (0, 3), "{report}");
            assert_eq!((report.metrics.exported, report.metrics.dropped), (0, 1), "{report}");
            assert!(!report.is_complete());
        }
    }
}

#[test]
fn a_service_runs_without_its_collector() {
    let telemetry = exporting_to(absent());
    run(&telemetry, 3);
    let report = timed(|| telemetry.shutdown_blocking(DEADLINE));
    assert_eq!((report.spans.dropped, report.logs.dropped), (3, 3), "{report}");
    // Calls are still measured, and what they would export is counted.
    run(&telemetry, 2);
    let report = timed(|| telemetry.shutdown_blocking(DEADLINE));
    assert_eq!((report.spans.dropped, report.logs.dropped), (5, 5), "{report}");
    assert!(report.to_string().contains("spans 0 exported 5 dropped"), "{report}");
}

#[tokio::test]
async fn a_shutdown_whose_future_is_dropped_goes_on() {
    let memory = Memory::new();
    let telemetry = builder().traces(Traces::exporter(memory.clone())).build().expect("telemetry");
    run(&telemetry, 3);
    drop(tokio::time::timeout(Duration::ZERO, telemetry.shutdown(10 * DEADLINE)).await);
    let report = telemetry.shutdown(10 * DEADLINE).await;
    assert_eq!((report.spans.exported, memory.spans().len()), (3, 3), "{report}");
    assert!(report.is_complete());
}

#[test]
fn the_last_handle_exports_what_is_left() {
    let memory = Memory::new();
    let telemetry = builder()
        .traces(Traces::exporter(memory.clone()))
        .logs(Logs::new(LogFormat::Off).exporter(memory.clone()))
        .build()
        .expect("telemetry");
    let scope = telemetry.root_scope();
    run(&telemetry, 3);
    drop(telemetry.clone());
    assert_eq!(memory.spans().len(), 0, "another handle is left");
    drop(telemetry);
    assert_eq!((memory.spans().len(), memory.logs().len()), (3, 3));
    scope.in_scope(stage);
    assert_eq!(memory.spans().len(), 3, "it has ended");
}

#[test]
fn the_last_handle_waits_for_a_second_at_most() {
    let (_listener, address) = hung();
    let telemetry = exporting_to(address);
    run(&telemetry, 3);
    let start = Instant::now();
    drop(telemetry);
    assert!(start.elapsed() < Duration::from_millis(1_500), "{:?}", start.elapsed());
}
