//! What a returned value says about its call. The macros see through type aliases by resolving methods, not names.

use super::{ErrorKind, Outcome};

/// Outcome and, for errors, their kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How the call ended.
    pub outcome: Outcome,
    /// The label `error_kind`, when the call failed.
    pub error_kind: Option<&'static str>,
}

impl Verdict {
    /// The call returned what was asked for.
    pub const OK: Self = Self { outcome: Outcome::Ok, error_kind: None };

    /// The call returned `error`.
    pub fn of_error<E: ErrorKind + ?Sized>(error: &E) -> Self {
        Self { outcome: error.outcome(), error_kind: Some(error.error_kind()) }
    }

    pub(crate) const fn failed(outcome: Outcome, error_kind: &'static str) -> Self {
        Self { outcome, error_kind: Some(error_kind) }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn unless_ok(self, ok: bool) -> Self {
        match (ok, self.outcome) {
            (true, _) => Self::OK,
            (false, Outcome::Ok) => Self::failed(Outcome::Error, "not_ok"),
            (false, _) => self,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub fn if_timeout(self, timeout: bool) -> Self {
        if timeout { Self::failed(Outcome::Timeout, self.error_kind.unwrap_or("timeout")) } else { self }
    }
}

impl From<Outcome> for Verdict {
    fn from(outcome: Outcome) -> Self {
        let error_kind = (outcome != Outcome::Ok).then(|| outcome.as_str());
        Self { outcome, error_kind }
    }
}

/// The returned value, as method resolution sees it: `&&Returned` tries the most specific trait first.
#[doc(hidden)]
#[derive(Debug)]
pub struct Returned<'a, R>(pub &'a R);

#[doc(hidden)]
pub trait ByErrorKind {
    fn verdict(&self) -> Verdict;
}

impl<T, E: ErrorKind> ByErrorKind for &&Returned<'_, Result<T, E>> {
    fn verdict(&self) -> Verdict {
        self.0.as_ref().map_or_else(Verdict::of_error, |_| Verdict::OK)
    }
}

#[doc(hidden)]
pub trait ByResult {
    fn verdict(&self) -> Verdict;
}

impl<T, E> ByResult for &Returned<'_, Result<T, E>> {
    fn verdict(&self) -> Verdict {
        if self.0.is_ok() { Verdict::OK } else { Verdict::failed(Outcome::Error, "error") }
    }
}

#[doc(hidden)]
pub trait ByDefault {
    fn verdict(&self) -> Verdict;
}

impl<R> ByDefault for Returned<'_, R> {
    fn verdict(&self) -> Verdict {
        Verdict::OK
    }
}

#[doc(hidden)]
pub fn holds<R>(returned: &R, condition: impl FnOnce(&R) -> bool) -> bool {
    condition(returned)
}

#[doc(hidden)]
#[macro_export]
macro_rules! __verdict {
    ($returned:expr) => {{
        use $crate::__private::{ByDefault as _, ByErrorKind as _, ByResult as _};
        (&&&$crate::__private::Returned($returned)).verdict()
    }};
    ($returned:expr, ok_if = $ok:expr) => {
        $crate::__verdict!($returned).unless_ok($crate::__private::holds($returned, $ok))
    };
    ($returned:expr, timeout_if = $timeout:expr) => {
        $crate::__verdict!($returned).if_timeout($crate::__private::holds($returned, $timeout))
    };
    ($returned:expr, ok_if = $ok:expr, timeout_if = $timeout:expr) => {
        $crate::__verdict!($returned, ok_if = $ok).if_timeout($crate::__private::holds($returned, $timeout))
    };
}
