//! The standard instruments on `metrics-exporter-prometheus`.
//!
//! They have the same names, types, help texts, labels, bucket bounds, counts and values there as on our registry.
//! What differs, and why:
//!
//! | | our registry | the exporter | because |
//! |---|---|---|---|
//! | `le` | `le="1.0"` | `le="1"` | it writes bounds as Rust does, we as Prometheus does; before Prometheus 3 these are two series |
//! | order | by name, then by labels | any, new at each scrape | it keeps series in hash maps |
//! | `_sum` of durations | whole nanoseconds, exact | a sum of floats | it keeps floats; they agree but for rounding |
//! | two backslashes side by side in a label value | both | one | it takes them for an escaped one; no tenant or camera may have any |
//! | `its_telemetry_*` | yes | no | they describe our registry; [`Telemetry::render`](crate::Telemetry::render) has them with this backend too |
//! | `its_slo_*` | yes | `its_slo_decisions_total` only | budgets are read at each scrape; [`Telemetry::render`](crate::Telemetry::render) has them with this backend too |
//! | `hw_*`, `its_gpu_*`, `its_cost_*` | yes | no | GPUs are read at each scrape; `its_gpu_metrics::bridge` writes most of them to any recorder |
//! | exemplars, `# UNIT`, OpenMetrics, native histograms | yes | no | the facade carries no trace ids, and it writes no such formats by default |
//! | a series that is born between two scrapes | is shown at 0 once | begins with its value | it does not know what a scrape has shown |
//! | a series that nothing uses any more | ends, when idle | stays, unless the exporter has an idle timeout | the facade cannot remove one |
//! | reading back ([`Camera::received`](super::Camera::received), the status page) | yes | 0 | the facade cannot be read |

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
