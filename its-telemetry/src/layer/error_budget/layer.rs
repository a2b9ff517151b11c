//! Puts a policy in front of services.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tower_layer::Layer;

use super::service::{Config, ErrorBudget};
use crate::Telemetry;

/// Asks a policy for each request whether it is served. See the [module](crate::layer::error_budget).
pub struct ErrorBudgetLayer<P>(Arc<Config<P>>);

impl<P> Clone for ErrorBudgetLayer<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P> fmt::Debug for ErrorBudgetLayer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ErrorBudgetLayer").field(&self.0).finish()
    }
}

/// There is no such objective.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no objective {0:?}; add it with Telemetry::builder(..).slos(..)")]
pub struct UnknownObjective(String);

impl<P> ErrorBudgetLayer<P> {
    /// A layer that decides by the budget of this objective, or by that of the request's tenant where each has one.
    ///
    /// # Errors
    /// When the telemetry has no such objective.
    pub fn new(telemetry: &Telemetry, objective: &str, policy: P) -> Result<Self, UnknownObjective> {
        let unknown = || UnknownObjective(objective.into());
        let slos = telemetry.slos().ok_or_else(unknown)?;
        let slo = slos.objectives().find(|slo| slo.name() == objective).ok_or_else(unknown)?;
        let shared = if slo.per_tenant().is_none() { slos.tracker(objective, None) } else { None };
        Ok(Self(Arc::new(Config::new(telemetry, slos.clone(), objective, shared, policy))))
    }

    /// How long a client that is turned away is asked to wait; ten seconds by default. In whole seconds.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self
    where
        P: Clone,
    {
        Arc::make_mut(&mut self.0).retry_after(wait);
        self
    }
}

impl<S, P> Layer<S> for ErrorBudgetLayer<P> {
    type Service = ErrorBudget<S, P>;

    fn layer(&self, inner: S) -> Self::Service {
        ErrorBudget::new(inner, Arc::clone(&self.0))
    }
}
