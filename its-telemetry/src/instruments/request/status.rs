//! The status of a response as a label.

use std::fmt::Write as _;

/// An HTTP status or a code of gRPC, whichever the protocol has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Status(u16);

/// Names of the codes of gRPC, in the order of their numbers.
/// <https://github.com/grpc/grpc/blob/master/doc/statuscodes.md>
const CODES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

impl Status {
    /// There is no response, or not yet.
    pub(crate) const NONE: Self = Self(u16::MAX);

    pub(crate) const fn new(number: u16) -> Self {
        Self(number)
    }

    pub(crate) const fn number(self) -> Option<u16> {
        if self.0 == u16::MAX { None } else { Some(self.0) }
    }

    pub(crate) fn http_label(self) -> String {
        let mut label = String::new();
        if let Some(number) = self.number() {
            // Writing to a string cannot fail.
            let _ = write!(label, "{number}");
        }
        label
    }

    pub(crate) fn grpc_label(self) -> &'static str {
        match self.number() {
            Some(number) => CODES.get(usize::from(number)).copied().unwrap_or("UNKNOWN"),
            None => "",
        }
    }
}
