//! What a policy sees, and what it can say.

use http::request::Parts;

use crate::slo::State;

/// The budget, as of the last tick.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Budget {
    /// How the objective is doing.
    pub state: State,
    /// The share that is left; negative when more was spent. 1 when nothing has happened.
    pub remaining: f64,
    /// How many times faster than planned it was spent in the last hour; 0 when nothing has happened.
    pub burn_rate: f64,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It is served.
    Serve,
    /// It is served, and told to take less effort: see [`Degraded`].
    Degrade,
    /// It is turned away with status 503.
    Shed,
}

/// In the extensions of a request that should be served with less effort: a smaller model, every other frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Degraded;

/// Decides what becomes of a request. Implemented for closures.
pub trait Policy {
    /// What becomes of this request, with the budget as it is. Called for each request: it must be quick.
    fn decide(&self, request: &Parts, budget: &Budget) -> Decision;
}

impl<F: Fn(&Parts, &Budget) -> Decision> Policy for F {
    fn decide(&self, request: &Parts, budget: &Budget) -> Decision {
        self(request, budget)
    }
}
