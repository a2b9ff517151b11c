//! The series, and what is in them.

use its_benches::frame::{Frame, MODEL, frames};
use metrics::{Histogram, counter, gauge, histogram};

pub(crate) const HISTOGRAMS: [&str; 2] = ["infer_duration_seconds", "queue_wait_seconds"];
pub(crate) const COUNTERS: [&str; 4] = ["frames_total", "dropped_total", "detections_total", "errors_total"];
pub(crate) const GAUGES: [&str; 2] = ["in_flight", "queue_depth"];

/// Values in each histogram before the first scrape.
pub(crate) const VALUES: usize = 100;

/// Latencies in seconds that reach every bucket.
pub(crate) fn latency(n: usize) -> f64 {
    let share = ((n as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / (1 << 24) as f64;
    0.0003 * (1.0 + 9.0 * share).powi(4)
}

pub(crate) fn count(camera: usize, metric: usize) -> u64 {
    (camera as u64 * 7_919 + metric as u64 * 104_729) % 1_000_000
}

pub(crate) fn level(camera: usize, metric: usize) -> u64 {
    count(camera, metric) % 8
}

/// Fills the installed recorder of the `metrics` facade. Returns the histograms.
pub(crate) fn fill() -> Vec<Histogram> {
    frames().iter().enumerate().flat_map(|(camera, frame)| fill_camera(camera, frame)).collect()
}

fn fill_camera(camera: usize, frame: &Frame) -> Vec<Histogram> {
    let labels =
        || [("tenant", frame.tenant.clone()), ("camera", frame.camera.clone()), ("model", MODEL.into())];
    for (metric, name) in COUNTERS.into_iter().enumerate() {
        counter!(name, &labels()).increment(count(camera, metric));
    }
    for (metric, name) in GAUGES.into_iter().enumerate() {
        gauge!(name, &labels()).set(level(camera, metric) as f64);
    }
    let filled = HISTOGRAMS.into_iter().enumerate().map(|(metric, name)| {
        let histogram = histogram!(name, &labels());
        (0..VALUES).for_each(|n| histogram.record(latency(camera * VALUES + n + metric)));
        histogram
    });
    filled.collect()
}
