//! A clock that the test turns.

use std::sync::Arc;
use std::time::Duration;

/// Stands still until it is advanced. Durations that are measured are exact.
#[derive(Clone, Debug)]
pub struct TestClock(Arc<quanta::Mock>);

impl TestClock {
    pub(crate) fn new(mock: Arc<quanta::Mock>) -> Self {
        Self(mock)
    }

    /// Lets `time` pass.
    pub fn advance(&self, time: Duration) {
        self.0.increment(time);
    }
}
