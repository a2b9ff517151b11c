//! Errors that say what kind they are.

use super::Outcome;

/// Gives an error a bounded label and an outcome. Derive it with `#[derive(ErrorKind)]`, or write it by hand.
///
/// An error without this trait counts as outcome `error` of kind `error`.
///
/// ```
/// use its_telemetry::{ErrorKind, Outcome};
///
/// enum DecodeError { Truncated, Busy }
///
/// impl ErrorKind for DecodeError {
///     fn error_kind(&self) -> &'static str {
///         match self { Self::Truncated => "truncated", Self::Busy => "busy" }
///     }
///     fn outcome(&self) -> Outcome {
///         match self { Self::Truncated => Outcome::Error, Self::Busy => Outcome::Rejected }
///     }
/// }
/// ```
pub trait ErrorKind {
    /// The value of the label `error_kind`. Being static it cannot carry data of a request.
    fn error_kind(&self) -> &'static str {
        "error"
    }

    /// How a call ended that returned this error.
    fn outcome(&self) -> Outcome {
        Outcome::Error
    }
}

impl<E: ErrorKind + ?Sized> ErrorKind for Box<E> {
    fn error_kind(&self) -> &'static str {
        (**self).error_kind()
    }

    fn outcome(&self) -> Outcome {
        (**self).outcome()
    }
}

impl<E: ErrorKind + ?Sized> ErrorKind for &E {
    fn error_kind(&self) -> &'static str {
        (**self).error_kind()
    }

    fn outcome(&self) -> Outcome {
        (**self).outcome()
    }
}

impl<E: ErrorKind + ?Sized> ErrorKind for std::sync::Arc<E> {
    fn error_kind(&self) -> &'static str {
        (**self).error_kind()
    }

    fn outcome(&self) -> Outcome {
        (**self).outcome()
    }
}
