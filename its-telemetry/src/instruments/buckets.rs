//! Bucket bounds of the standard histograms.

/// Inference latency in seconds. 0.1 is a bound of its own, so that a promise of 100 ms is counted, not interpolated.
pub(crate) const INFERENCE: &[f64] = &[
    0.001, 0.0025, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.125,
    0.15, 0.2, 0.25, 0.5, 1.0, 2.5,
];

/// The bounds that OpenTelemetry's semantic conventions advise for HTTP and RPC durations, in seconds.
pub(crate) const HTTP: &[f64] =
    &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Items in one batch.
pub(crate) const BATCH_SIZE: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];

/// Age of a frame from capture to result, in seconds.
pub(crate) const FRAME_AGE: &[f64] = &[0.02, 0.04, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0];

/// Confidence of a detection.
pub(crate) const CONFIDENCE: &[f64] = &[
    0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
];

/// Speeds of 10 to 180 km/h, in metres a second.
pub(crate) const SPEED: &[f64] = &[
    10.0 / 3.6,
    20.0 / 3.6,
    30.0 / 3.6,
    40.0 / 3.6,
    50.0 / 3.6,
    60.0 / 3.6,
    70.0 / 3.6,
    80.0 / 3.6,
    90.0 / 3.6,
    100.0 / 3.6,
    110.0 / 3.6,
    120.0 / 3.6,
    130.0 / 3.6,
    150.0 / 3.6,
    180.0 / 3.6,
];
