//! The test kit: a telemetry of your test's own, whose metrics, spans and logs you can assert on.
//!
//! Tests run in parallel and their tasks move between threads; what a task records goes where its scope says, so each
//! test sees its own numbers only.
//!
//! ```
//! use its_telemetry::testing::TestTelemetry;
//! use its_telemetry::{assert_metric, instruments::{Camera, DropReason}};
//!
//! let test = TestTelemetry::new();
//! let camera = Camera::new(&test.scope("city-17", "junction-4"));
//! camera.frame_dropped(DropReason::Stale);
//! assert_metric!(test, "its_camera_frames_dropped_total", { camera = "junction-4", reason = "stale" } == 1);
//! ```

mod assertions;
mod clock;

use std::future::Future;

pub use assertions::{Sample, Selection};
pub use clock::TestClock;

use crate::scope::{InScope, Scope};
use crate::{Telemetry, TelemetryBuilder};

/// A telemetry for one test. Nothing global is touched.
#[derive(Debug)]
pub struct TestTelemetry {
    telemetry: Telemetry,
    clock: TestClock,
}

impl Default for TestTelemetry {
    fn default() -> Self {
        Self::new()
    }
}

impl TestTelemetry {
    /// A telemetry that samples every call, with a clock that stands still until it is advanced.
    pub fn new() -> Self {
        Self::with(|builder| builder.sampling_ratio(1.0))
    }

    /// A telemetry with other settings.
    ///
    /// # Panics
    /// When the settings cannot work.
    pub fn with(settings: impl FnOnce(TelemetryBuilder) -> TelemetryBuilder) -> Self {
        let (clock, mock) = crate::clock::Clock::mock();
        let builder = settings(Telemetry::builder("test").ignore_environment());
        let telemetry = builder.build_with(clock).unwrap_or_else(|error| panic!("telemetry: {error}"));
        Self { telemetry, clock: TestClock::new(mock) }
    }

    /// The telemetry under test.
    pub fn telemetry(&self) -> &Telemetry {
        &self.telemetry
    }

    /// The clock that the telemetry measures with.
    pub fn clock(&self) -> &TestClock {
        &self.clock
    }

    /// The scope of a tenant's camera.
    ///
    /// # Panics
    /// When a name is not a valid id.
    pub fn scope(&self, tenant: &str, camera: &str) -> Scope {
        self.telemetry.scope(tenant, camera).unwrap_or_else(|error| panic!("{tenant:?}, {camera:?}: {error}"))
    }

    /// Runs `f` so that what it measures is recorded here.
    pub fn in_scope<T>(&self, f: impl FnOnce() -> T) -> T {
        self.telemetry.root_scope().in_scope(f)
    }

    /// Runs `future` so that what it measures is recorded here, on whichever thread it is polled.
    pub fn run<F: Future>(&self, future: F) -> InScope<F> {
        self.telemetry.root_scope().run(future)
    }
}
