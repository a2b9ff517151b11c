//! The service that asks before it serves.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{HeaderValue, Request, Response, StatusCode, header};
use tower_service::Service;

use super::{Budget, Decision, Degraded, ErrorBudgetFuture, Policy};
use crate::Telemetry;
use crate::instruments::SLO_DECISIONS;
use crate::layer::service::inner_service;
use crate::registry::Counter;
use crate::scope::Scope;
use crate::slo::{Slos, State, Tracker};

/// In the extensions of the response to a request that was turned away.
#[derive(Clone, Copy, Debug)]
pub(in crate::layer) struct Shed;

#[derive(Clone)]
pub(super) struct Config<P> {
    slos: Slos,
    objective: Box<str>,
    /// The tracker, when there is one for all.
    shared: Option<Arc<Tracker>>,
    policy: P,
    retry_after: HeaderValue,
    degraded: Counter,
    shed: Counter,
}

impl<P> fmt::Debug for Config<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("objective", &self.objective).finish_non_exhaustive()
    }
}

impl<P> Config<P> {
    pub(super) fn new(
        telemetry: &Telemetry,
        slos: Slos,
        objective: &str,
        shared: Option<Arc<Tracker>>,
        policy: P,
    ) -> Self {
        let counter = |decision| {
            telemetry.core().counter(&SLO_DECISIONS, &[("slo", objective), ("decision", decision)], &["slo"])
        };
        Self {
            degraded: counter("degraded"),
            shed: counter("shed"),
            slos,
            objective: objective.into(),
            shared,
            policy,
            retry_after: HeaderValue::from_static("10"),
        }
    }

    pub(super) fn retry_after(&mut self, wait: Duration) {
        self.retry_after = wait.as_secs().into();
    }

    /// The budget of the tenant in whose scope the request is answered, or the one of all.
    fn budget(&self) -> Budget {
        let tracker = self.shared.clone().or_else(|| {
            let scope = Scope::current();
            let tenant = scope.as_ref().and_then(Scope::tenant).map(AsRef::as_ref);
            self.slos.tracker(&self.objective, tenant)
        });
        let last = tracker.map(|tracker| tracker.at_last_tick());
        let (state, remaining, burn_rate) = last.unwrap_or((State::NoData, 1.0, 0.0));
        Budget { state, remaining, burn_rate }
    }

    fn turn_away<B: Default>(&self) -> Response<B> {
        let mut response = Response::new(B::default());
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response.headers_mut().insert(header::RETRY_AFTER, self.retry_after.clone());
        response.extensions_mut().insert(Shed);
        response
    }
}

/// The service of [`ErrorBudgetLayer`](super::ErrorBudgetLayer).
#[derive(Debug)]
pub struct ErrorBudget<S, P> {
    inner: S,
    config: Arc<Config<P>>,
}

impl<S: Clone, P> Clone for ErrorBudget<S, P> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), config: Arc::clone(&self.config) }
    }
}

impl<S, P> ErrorBudget<S, P> {
    pub(super) fn new(inner: S, config: Arc<Config<P>>) -> Self {
        Self { inner, config }
    }
}

inner_service!(ErrorBudget<S, P>);

impl<S, P, ReqBody, ResBody> Service<Request<ReqBody>> for ErrorBudget<S, P>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Default,
    P: Policy,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ErrorBudgetFuture<S::Future, ResBody>;

    fn poll_ready(&mut self, task: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(task)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (mut parts, body) = request.into_parts();
        match self.config.policy.decide(&parts, &self.config.budget()) {
            Decision::Serve => {}
            Decision::Degrade => {
                self.config.degraded.add(1);
                parts.extensions.insert(Degraded);
            }
            Decision::Shed => {
                self.config.shed.add(1);
                return ErrorBudgetFuture::shed(self.config.turn_away());
            }
        }
        ErrorBudgetFuture::serve(self.inner.call(Request::from_parts(parts, body)))
    }
}
