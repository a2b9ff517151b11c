//! The standard instruments on `metrics-exporter-prometheus`.

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};

use super::ALL;

/// Gives the exporter the buckets of the standard histograms; without them it would expose quantiles.
///
/// ```
/// use its_telemetry::{Telemetry, instruments::exporter_prometheus, registry::Backend};
/// use metrics_exporter_prometheus::PrometheusBuilder;
///
/// let recorder = exporter_prometheus::with_buckets(PrometheusBuilder::new())?.build_recorder();
/// let handle = recorder.handle();
/// metrics::set_global_recorder(recorder)?;
/// let telemetry = Telemetry::builder("camera-service").backend(Backend::InstalledRecorder).build()?;
/// # drop((handle, telemetry));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the exporter refuses the buckets.
pub fn with_buckets(builder: PrometheusBuilder) -> Result<PrometheusBuilder, BuildError> {
    ALL.iter().filter(|instrument| !instrument.buckets.is_empty()).try_fold(builder, |builder, instrument| {
        builder.set_buckets_for_metric(Matcher::Full(instrument.name.to_owned()), instrument.buckets)
    })
}
