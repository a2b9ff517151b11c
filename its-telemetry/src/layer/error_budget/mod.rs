//! Less work while an error budget burns: a layer that asks a policy of yours for each request.
//!
//! The policy looks at the request and at the budget, and says whether the request is served, served with less effort,
//! or turned away. There is no policy by default, and the layer decides nothing by itself.
//!
//! ```
//! use its_telemetry::Telemetry;
//! use its_telemetry::layer::{Budget, Decision, ErrorBudgetLayer};
//! use its_telemetry::slo::{Slo, Slos, State};
//!
//! let slos = Slos::builder().slo(Slo::availability("detect").build()?);
//! let telemetry = Telemetry::builder("inference-service").slos(slos).build()?;
//! // Replays wait while live cameras suffer.
//! let policy = |request: &http::request::Parts, budget: &Budget| {
//!     let is_replay = request.headers.contains_key("x-replay");
//!     match budget.state {
//!         State::Exhausted if is_replay => Decision::Shed,
//!         State::Burning if is_replay => Decision::Degrade,
//!         _ => Decision::Serve,
//!     }
//! };
//! let layer = ErrorBudgetLayer::new(&telemetry, "detect", policy)?;
//! # let _ = layer;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | decision | what happens | counted |
//! |---|---|---|
//! | [`Serve`](Decision::Serve) | the service answers | |
//! | [`Degrade`](Decision::Degrade) | the service finds [`Degraded`] in the request's extensions, and answers | `its_slo_decisions_total{decision="degraded"}` |
//! | [`Shed`](Decision::Shed) | 503 with `retry-after`, at once | `its_slo_decisions_total{decision="shed"}` |
//!
//! Put it inside the layer that measures ([`HttpServerLayer`](super::HttpServerLayer)). What is shed is a request with
//! status 503 there, and outcome `rejected`, but does not count for the layer's objectives: else the cure would feed the
//! disease. The budget is that of the last tick, at most five seconds old, and of this process alone: each replica
//! decides for itself.

mod future;
mod layer;
mod policy;
mod service;

pub use future::ErrorBudgetFuture;
pub use layer::{ErrorBudgetLayer, UnknownObjective};
pub use policy::{Budget, Decision, Degraded, Policy};
pub use service::ErrorBudget;
pub(super) use service::Shed;
