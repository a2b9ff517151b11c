//! From the first line of a service to its last.

use std::time::Duration;

use its_telemetry::Telemetry;
use its_telemetry::slo::SlosBuilder;

use crate::observability::Observability;
use crate::totals::Totals;

/// Why a service could not start.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Cameras and servers get this long to finish their frame when the service stops.
pub const GRACE: Duration = Duration::from_secs(2);

/// The exporters get this long to empty their queues.
const EXPORT: Duration = Duration::from_secs(2);

/// Installs the telemetry, serves until the service is stopped, flushes what is queued, and prints what was counted.
///
/// # Errors
/// When the telemetry or the service cannot start.
pub fn run(
    name: &str,
    version: &str,
    observability: &Observability,
    objectives: SlosBuilder,
    serve: impl AsyncFnOnce(&Telemetry) -> Result<Totals, Failure>,
) -> Result<(), Failure> {
    let telemetry = observability.install(name, version, objectives)?;
    if let Some(address) = telemetry.admin_address() {
        println!("status page on http://{address}/, metrics on http://{address}/metrics");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let totals = runtime.block_on(serve(&telemetry))?;
    runtime.shutdown_timeout(Duration::from_millis(500));
    let report = telemetry.shutdown_blocking(EXPORT);
    if !report.is_complete() {
        eprintln!("telemetry was lost: {report}");
    }
    // The last lines, whatever the exporters had to say before.
    println!("{totals}");
    Ok(())
}
