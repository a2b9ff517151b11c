//! This crate: series by the `metrics` facade, scraped as a stream.

use std::hint::black_box;

use its_benches::frame::BUCKETS;
use its_benches::{Case, alloc, driver};
use its_telemetry::Telemetry;
use its_telemetry::registry::{Bounds, Matcher};

use crate::series;

/// Overrides how many samples are recorded without a scrape, in millions.
const MILLIONS: &str = "ITS_BENCH_MILLION_SAMPLES";

const OPENMETRICS: &str = "application/openmetrics-text;version=1.0.0";
const PROTOBUF: &str =
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

pub(crate) fn text(case: &Case) {
    scrape(case, None);
}

pub(crate) fn openmetrics(case: &Case) {
    scrape(case, Some(OPENMETRICS));
}

pub(crate) fn protobuf(case: &Case) {
    scrape(case, Some(PROTOBUF));
}

fn telemetry() -> Telemetry {
    let bounds = Bounds::new(&BUCKETS).expect("bounds");
    let builder = Telemetry::builder("bench").ignore_environment();
    let builder = builder.histogram_bounds(Matcher::Suffix("_seconds".into()), bounds);
    builder.install().expect("telemetry")
}

/// Each chunk is gone when the next one comes, as with a client that reads.
fn scrape(case: &Case, accept: Option<&str>) {
    let telemetry = telemetry();
    let _histograms = series::fill();
    let stream = || telemetry.scrape(accept).map(|chunk| black_box(chunk).len()).sum::<usize>();
    let bytes = stream();
    assert!(bytes > 1_000_000, "{bytes} bytes are not 8,000 series");
    case.report("bytes", bytes as f64);
    case.report(
        "heap",
        alloc::heap(|| {
            black_box(stream());
        })
        .peak as f64,
    );
    case.work(|| {
        black_box(stream());
    });
}

/// The heap after a hundred million samples that nobody has scraped.
pub(crate) fn samples(case: &Case) {
    let _telemetry = telemetry();
    let histograms = series::fill();
    let samples = driver::number(MILLIONS, 100) * 1_000_000;
    let record = || {
        for n in 0..samples {
            histograms[n * 389 % histograms.len()].record(black_box(0.0123));
        }
    };
    case.report("heap", alloc::heap(record).grown as f64);
}
