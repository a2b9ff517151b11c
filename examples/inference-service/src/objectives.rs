//! What the services promise.

use std::path::Path;
use std::time::Duration;

use its_telemetry::slo::checkpoint::FileStore;
use its_telemetry::slo::objective::Alerting;
use its_telemetry::slo::{Error, Slo, Slos, SlosBuilder};

/// The objectives of the analysis, and that of the frames. `budgets` is where they are kept when the service stops.
///
/// # Errors
/// When one of them is wrong.
pub fn of_analysis(budgets: Option<&Path>) -> Result<SlosBuilder, Error> {
    let availability = Slo::availability("analyse")
        .description("Frames are analysed without an error")
        .owner("vision")
        .target(0.999)
        .alerting(Alerting::standard().and_flash());
    let latency = Slo::latency("analyse-fast", Duration::from_millis(100))
        .calls_of("analyse")
        .description("A frame is analysed within 100 ms")
        .owner("vision")
        .target(0.95)
        .alerting(Alerting::tickets());
    Ok(of_frames(budgets)?.slo(availability.build()?).slo(latency.build()?))
}

/// The objective of the frames on their whole way.
///
/// # Errors
/// When it is wrong.
pub fn of_frames(budgets: Option<&Path>) -> Result<SlosBuilder, Error> {
    let freshness = Slo::freshness("frames-fresh", Duration::from_secs(1))
        .description("A result is there within a second of the frame's capture")
        .owner("vision")
        .target(0.99);
    let slos = Slos::builder().slo(freshness.build()?);
    Ok(match budgets {
        Some(file) => slos.store(FileStore::new(file)),
        None => slos,
    })
}
