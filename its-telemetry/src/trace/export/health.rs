//! Tells the operator when exporting stops working and when it works again, and not for every batch.

use std::time::{Duration, Instant};

use super::Signal;

/// A failure that lasts is repeated this often.
const REMINDER: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(crate) struct Health {
    signal: Signal,
    /// When the last line about the present failure was written.
    said: Option<Instant>,
    /// Items lost since that line.
    lost: usize,
}

impl Health {
    pub(crate) fn new(signal: Signal) -> Self {
        Self { signal, said: None, lost: 0 }
    }

    pub(crate) fn succeeded(&mut self) {
        if self.said.take().is_some() {
            tracing::info!(target: "its_telemetry", signal = self.signal.as_str(), "export works again");
        }
        self.lost = 0;
    }

    pub(crate) fn failed(&mut self, error: &str, lost: usize) {
        self.lost += lost;
        if self.said.is_none_or(|said| said.elapsed() >= REMINDER) {
            let (signal, lost) = (self.signal.as_str(), std::mem::take(&mut self.lost));
            tracing::warn!(target: "its_telemetry", signal, lost, error, "export failed");
            self.said = Some(Instant::now());
        }
    }
}
