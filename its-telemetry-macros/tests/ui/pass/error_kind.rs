//! `#[derive(ErrorKind)]`
#![deny(warnings)]
#![allow(dead_code, reason = "fields of errors are for people")]

use its_telemetry::{ErrorKind, Outcome, instrument_inference};
use std::fmt::Debug;

#[derive(Debug, ErrorKind)]
enum Error {
    Io(std::io::Error),
    ModelNotFound {
        name: String,
    },
    #[error_kind("http")]
    HTTPStatus(u16, String),
    #[error_kind(name = "deadline", outcome = "timeout")]
    Deadline,
    #[error_kind(outcome = "rejected")]
    QueueFull,
    #[error_kind("gone", outcome = "cancelled")]
    ClientGone,
    #[error_kind(name = "explicit")]
    #[error_kind(outcome = "error")]
    TwoAttributes,
    #[error_kind(transparent)]
    Decode(DecodeError),
    #[error_kind(transparent)]
    Named {
        source: DecodeError,
    },
    r#Type,
    #[deprecated]
    Old,
}

#[derive(Debug, ErrorKind)]
#[error_kind(outcome = "timeout")]
struct DecodeError;

#[derive(Debug, ErrorKind)]
struct HTTPError(u16);

#[derive(Debug, ErrorKind)]
#[error_kind("lost")]
struct CameraLost {
    id: String,
}

#[derive(Debug, ErrorKind)]
#[error_kind(transparent)]
struct Newtype(DecodeError);

#[derive(Debug, ErrorKind)]
#[error_kind(transparent)]
struct NamedNewtype {
    inner: DecodeError,
}

#[derive(Debug, ErrorKind)]
enum Never {}

#[derive(Debug, ErrorKind)]
enum Generic<'a, T: Debug, E, const N: usize>
where
    E: Debug,
{
    Value(&'a T, [u8; N]),
    #[error_kind(transparent)]
    Inner(E),
}

#[derive(Debug, ErrorKind)]
#[error_kind(transparent)]
struct GenericNewtype<E>(E);

#[instrument_inference(model = "yolo")]
fn infer(fail: bool) -> Result<u8, Error> {
    if fail { Err(Error::Deadline) } else { Ok(1) }
}

#[instrument_inference(model = "yolo")]
fn generic<E: ErrorKind>(error: E) -> Result<u8, E> {
    Err(error)
}

fn main() {
    let check = |error: &dyn ErrorKind, kind: &str, outcome: Outcome| {
        assert_eq!(error.error_kind(), kind);
        assert_eq!(error.outcome(), outcome);
    };
    check(&Error::Io(std::io::ErrorKind::Other.into()), "io", Outcome::Error);
    check(&Error::ModelNotFound { name: String::new() }, "model_not_found", Outcome::Error);
    check(&Error::HTTPStatus(500, String::new()), "http", Outcome::Error);
    check(&Error::Deadline, "deadline", Outcome::Timeout);
    check(&Error::QueueFull, "queue_full", Outcome::Rejected);
    check(&Error::ClientGone, "gone", Outcome::Cancelled);
    check(&Error::TwoAttributes, "explicit", Outcome::Error);
    check(&Error::Decode(DecodeError), "decode_error", Outcome::Timeout);
    check(&Error::Named { source: DecodeError }, "decode_error", Outcome::Timeout);
    check(&Error::r#Type, "type", Outcome::Error);
    check(&HTTPError(1), "http_error", Outcome::Error);
    check(&CameraLost { id: String::new() }, "lost", Outcome::Error);
    check(&Newtype(DecodeError), "decode_error", Outcome::Timeout);
    check(&NamedNewtype { inner: DecodeError }, "decode_error", Outcome::Timeout);
    check(&Generic::<u8, Error, 0>::Value(&1, []), "value", Outcome::Error);
    check(&Generic::<u8, _, 0>::Inner(Error::QueueFull), "queue_full", Outcome::Rejected);
    check(&GenericNewtype(GenericNewtype(Error::Deadline)), "deadline", Outcome::Timeout);
    assert!(matches!(infer(true), Err(Error::Deadline)));
    assert!(matches!(infer(false), Ok(1)));
    assert!(generic(DecodeError).is_err());
}
