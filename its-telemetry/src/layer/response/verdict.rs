//! What a status says about a call.

use http::StatusCode;

use crate::instruments::request::{Protocol, Status};
use crate::observe::{Outcome, Verdict};

/// How the request ended whose response had this status and came to its end.
#[inline]
pub(super) fn of(protocol: Protocol, status: Status) -> Verdict {
    match status.number() {
        Some(number) if protocol.is_grpc() => of_grpc(protocol.is_server(), number, status),
        Some(number) => of_http(protocol.is_server(), number),
        None => Verdict::OK,
    }
}

/// A server has done its work when it answers 4xx; its client has not got what it asked for.
#[inline]
fn of_http(is_server: bool, status: u16) -> Verdict {
    match status {
        0..400 => Verdict::OK,
        408 | 504 => Verdict::failed(Outcome::Timeout, http_kind(status)),
        429 | 503 => Verdict::failed(Outcome::Rejected, http_kind(status)),
        400..500 if is_server => Verdict::OK,
        _ => Verdict::failed(Outcome::Error, http_kind(status)),
    }
}

fn http_kind(status: u16) -> &'static str {
    match status {
        400 => "400",
        401 => "401",
        403 => "403",
        404 => "404",
        408 => "408",
        409 => "409",
        422 => "422",
        429 => "429",
        500 => "500",
        501 => "501",
        502 => "502",
        503 => "503",
        504 => "504",
        _ if status < 500 => "4xx",
        _ => "5xx",
    }
}

/// Which codes are a server's errors: <https://opentelemetry.io/docs/specs/semconv/rpc/grpc/>. `RESOURCE_EXHAUSTED` is
/// not among them, but says the same as 429. For a client every code but `OK` is an error.
fn of_grpc(is_server: bool, code: u16, status: Status) -> Verdict {
    let outcome = match code {
        0 => return Verdict::OK,
        1 => Outcome::Cancelled,
        4 => Outcome::Timeout,
        8 | 14 => Outcome::Rejected,
        3 | 5 | 6 | 7 | 9 | 10 | 11 | 16 if is_server => return Verdict::OK,
        _ => Outcome::Error,
    };
    Verdict::failed(outcome, status.grpc_label())
}

/// What a gRPC client makes of a response that is not gRPC's.
/// <https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md>
pub(super) fn code_of_http(status: StatusCode) -> u16 {
    match status.as_u16() {
        400 => 13,
        401 => 16,
        403 => 7,
        404 => 12,
        429 | 502 | 503 | 504 => 14,
        _ => 2,
    }
}
