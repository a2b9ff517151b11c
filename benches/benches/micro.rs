//! The parts of a call, one by one, with criterion: `cargo bench --manifest-path benches/Cargo.toml --bench micro`.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use its_telemetry::Telemetry;
use its_telemetry::instruments::Camera;

fn scopes(c: &mut Criterion) {
    let telemetry = Telemetry::builder("bench").ignore_environment().build().expect("telemetry");
    let scope = telemetry.scope("tenant-07", "camera-0007-gate").expect("scope");
    c.bench_function("scope of a known camera", |b| {
        b.iter(|| telemetry.scope(black_box("tenant-07"), black_box("camera-0007-gate")));
    });
    c.bench_function("scope cloned and dropped", |b| b.iter(|| scope.clone()));
    c.bench_function("scope entered and left", |b| b.iter(|| scope.in_scope(|| black_box(()))));
}

fn instruments(c: &mut Criterion) {
    let telemetry = Telemetry::builder("bench").ignore_environment().install().expect("telemetry");
    let scope = telemetry.scope("tenant-07", "camera-0007-gate").expect("scope");
    let camera = Camera::new(&scope);
    c.bench_function("camera frame received", |b| b.iter(|| camera.frame_received(black_box(14_400))));
    c.bench_function("camera frame decoded", |b| b.iter(|| camera.frame_decoded()));
    c.bench_function("camera frame analysed", |b| {
        b.iter(|| camera.frame_analysed(black_box(Duration::from_millis(42))));
    });
    let histogram = metrics::histogram!("bench_seconds", "camera" => "camera-0007-gate");
    c.bench_function("histogram of the metrics facade", |b| b.iter(|| histogram.record(black_box(0.042))));
}

criterion_group!(benches, scopes, instruments);
criterion_main!(benches);
