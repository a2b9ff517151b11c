//! What an error of the inner service means.

use crate::observe::{Outcome, Verdict};

/// Says how a call ended whose service returned an error. Implemented for closures.
///
/// ```
/// # use its_telemetry::{Outcome, Telemetry, Verdict, layer::HttpServerLayer};
/// # let telemetry = Telemetry::builder("camera-service").build()?;
/// type BoxError = Box<dyn std::error::Error + Send + Sync>;
/// let layer = HttpServerLayer::new(&telemetry).classify_errors(|error: &BoxError| {
///     match error.downcast_ref::<std::io::Error>() {
///         Some(error) if error.kind() == std::io::ErrorKind::TimedOut => Verdict::from(Outcome::Timeout),
///         _ => Verdict::from(Outcome::Error),
///     }
/// });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ClassifyError<E> {
    /// How the call ended.
    fn verdict(&self, error: &E) -> Verdict;
}

/// Any error of the service is outcome `error`.
#[derive(Clone, Copy, Debug, Default)]
pub struct AnyError;

impl<E> ClassifyError<E> for AnyError {
    fn verdict(&self, _: &E) -> Verdict {
        Verdict::failed(Outcome::Error, "service")
    }
}

impl<E, F: Fn(&E) -> Verdict> ClassifyError<E> for F {
    fn verdict(&self, error: &E) -> Verdict {
        self(error)
    }
}
