//! Whether the service can take work: named checks, which `/readyz` and the status page ask.
//!
//! Checks and conditions flow in from the service; a [`Report`] flows out. A check runs on a thread of its own and is
//! given two seconds: one that hangs is reported as such, holds up nobody else, and is not started a second time.

mod check;
mod report;

use std::sync::{Arc, PoisonError, RwLock};

pub(super) use check::Check;
pub(super) use report::{CheckReport, Report};

/// The named checks of a service; cheap to clone.
///
/// ```
/// use its_telemetry::Telemetry;
///
/// let telemetry = Telemetry::builder("inference-service").build()?;
/// let model = telemetry.readiness().condition("model-loaded");
/// telemetry.readiness().register("disk", || {
///     std::fs::metadata("/").map(|_| ()).map_err(|error| format!("cannot read /: {error}"))
/// });
/// // /readyz answers 503 until the model is there.
/// model.set(true);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Readiness(Arc<RwLock<Vec<Arc<Check>>>>);

impl Readiness {
    /// Adds a check that is run whenever somebody asks, or replaces the one of that name.
    ///
    /// It may block; after two seconds it counts as failed until it returns. A panic counts as failed. The text of the
    /// error is shown on the status page and in `/readyz`.
    pub fn register(&self, name: &str, check: impl Fn() -> Result<(), String> + Send + Sync + 'static) {
        self.add(Check::of_function(name, Box::new(check)));
    }

    /// Adds a condition that the service sets when it changes, or replaces the check of that name. It fails until it
    /// is set. Dropping the handle leaves it as it is.
    pub fn condition(&self, name: &str) -> Condition {
        let check = Check::of_condition(name);
        self.add(Arc::clone(&check));
        Condition(check)
    }

    /// Removes the check of that name.
    pub fn remove(&self, name: &str) {
        self.write().retain(|check| check.name() != name);
    }

    fn add(&self, check: Arc<Check>) {
        let mut checks = self.write();
        match checks.iter_mut().find(|known| known.name() == check.name()) {
            Some(known) => *known = check,
            None => checks.push(check),
        }
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, Vec<Arc<Check>>> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs every check. Must be called on a tokio runtime.
    pub(super) async fn report(&self) -> Report {
        let checks = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        // All begin before the first is awaited.
        let asked: Vec<_> = checks.iter().map(|check| (check.name(), check.ask())).collect();
        let mut reports = Vec::with_capacity(asked.len());
        for (name, asked) in asked {
            let (result, took) = asked.result().await;
            reports.push(CheckReport::new(name, result, took));
        }
        Report::new(reports)
    }
}

/// A condition of readiness that the service sets; cheap to clone.
#[derive(Clone, Debug)]
pub struct Condition(Arc<Check>);

impl Condition {
    /// Whether the condition holds.
    pub fn set(&self, holds: bool) {
        self.0.set(if holds { Ok(()) } else { Err("not ready".into()) });
    }

    /// The condition does not hold, and why.
    pub fn fail(&self, reason: &str) {
        self.0.set(Err(reason.into()));
    }
}
