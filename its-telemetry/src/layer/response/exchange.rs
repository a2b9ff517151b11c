//! A request and its response, from the call to the end of the body.

use http::{HeaderMap, HeaderValue, StatusCode};

use super::verdict;
use crate::instruments::request::{Protocol, Status};
use crate::observe::{Observation, Outcome, Verdict};

/// What is measured, and what is to be known about it until it ends.
#[derive(Debug)]
pub(in crate::layer) struct Exchange {
    pub(super) observation: Observation,
    pub(super) protocol: Protocol,
    /// Nanoseconds after which nobody waits for the response any more.
    deadline: u64,
}

/// The code of gRPC for a stream that ends without one.
const UNKNOWN: Status = Status::new(2);
/// The code of gRPC that a server without the method answers.
const UNIMPLEMENTED: Status = Status::new(12);

impl Exchange {
    #[inline]
    pub(in crate::layer) fn new(observation: Observation, protocol: Protocol, deadline: u64) -> Self {
        Self { observation, protocol, deadline }
    }

    /// Calls the service inside.
    #[inline]
    pub(in crate::layer) fn call<R>(&mut self, call: impl FnOnce() -> R) -> R {
        self.observation.call(call)
    }

    /// Nothing is measured any more.
    pub(super) fn none(&self) -> Self {
        Self { observation: Observation::none(), ..*self }
    }

    #[inline]
    pub(super) fn is_running(&self) -> bool {
        self.observation.is_running()
    }

    /// The headers of the response are there. Returns whether they say that the service has the method.
    #[inline]
    pub(super) fn status(&mut self, status: StatusCode, headers: &HeaderMap) -> bool {
        let status = match self.protocol.is_grpc {
            false => Status::new(status.as_u16()),
            true => match grpc_status(headers) {
                None if status != StatusCode::OK => Status::new(verdict::code_of_http(status)),
                code => code.unwrap_or(Status::NONE),
            },
        };
        self.observation.set_status(status);
        status != UNIMPLEMENTED
    }

    #[inline]
    pub(super) fn headers_arrived(&mut self) -> u64 {
        let outcome = self.outcome_so_far();
        self.observation.headers_arrived(outcome)
    }

    #[inline]
    pub(super) fn first_byte_arrived(&mut self) -> u64 {
        let outcome = self.outcome_so_far();
        self.observation.first_byte_arrived(outcome)
    }

    pub(super) fn trailers(&mut self, trailers: &HeaderMap) {
        if self.protocol.is_grpc
            && let Some(status) = grpc_status(trailers)
        {
            self.observation.set_status(status);
        }
    }

    /// The response has come to its end.
    #[inline]
    pub(super) fn ended(&mut self, nanos: Option<u64>) {
        if self.protocol.is_grpc && self.observation.status() == Status::NONE {
            self.observation.set_status(UNKNOWN);
        }
        let verdict = verdict::of(self.protocol, self.observation.status());
        self.end(nanos, verdict);
    }

    #[inline]
    pub(super) fn end(&mut self, nanos: Option<u64>, verdict: Verdict) {
        let nanos = nanos.unwrap_or_else(|| self.observation.nanos());
        self.observation.end_at(nanos, verdict);
    }

    /// Nobody wants the response any more. After its deadline that is a timeout, not a change of mind.
    pub(super) fn dropped(&mut self) {
        if self.deadline == u64::MAX || self.observation.outcome() != Outcome::Cancelled {
            return;
        }
        let nanos = self.observation.nanos();
        // The caller's clock began earlier than ours: a sixteenth is for the way.
        if nanos.saturating_add(nanos / 16) >= self.deadline {
            self.observation.end_at(nanos, Verdict::failed(Outcome::Timeout, "deadline"));
        }
    }

    #[inline]
    fn outcome_so_far(&self) -> Outcome {
        verdict::of(self.protocol, self.observation.status()).outcome
    }
}

fn grpc_status(headers: &HeaderMap) -> Option<Status> {
    let code = |value: &HeaderValue| value.to_str().ok()?.parse::<u16>().ok().filter(|code| *code <= 16);
    headers.get("grpc-status").map(|value| code(value).map_or(UNKNOWN, Status::new))
}
