//! `#[derive(ErrorKind)]`
use its_telemetry::ErrorKind;

#[derive(ErrorKind)]
union Union {
    a: u8,
}

#[derive(ErrorKind)]
#[error_kind("one")]
enum NameOnEnum {
    A,
}

#[derive(ErrorKind)]
enum UnknownKey {
    #[error_kind(nmae = "a")]
    A,
}

#[derive(ErrorKind)]
enum UnknownOutcome {
    #[error_kind(outcome = "timed_out")]
    A,
}

#[derive(ErrorKind)]
enum NotAnError {
    #[error_kind(outcome = "ok")]
    A,
}

#[derive(ErrorKind)]
#[error_kind("a", name = "b")]
struct Twice;

#[derive(ErrorKind)]
#[error_kind("")]
struct Empty;

#[derive(ErrorKind)]
#[error_kind(name = 5)]
struct Number;

#[derive(ErrorKind)]
#[error_kind]
struct Nothing;

#[derive(ErrorKind)]
enum TransparentUnit {
    #[error_kind(transparent)]
    A,
}

#[derive(ErrorKind)]
#[error_kind(transparent)]
struct TransparentPair(u8, u8);

#[derive(ErrorKind)]
#[error_kind(transparent, outcome = "timeout")]
struct TransparentAndMore(u8);

#[derive(ErrorKind)]
struct OnField {
    #[error_kind(transparent)]
    field: u8,
}

#[derive(ErrorKind)]
enum PathOnVariant {
    #[error_kind(crate_path = "its_telemetry")]
    A,
}

fn main() {}
