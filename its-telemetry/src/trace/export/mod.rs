//! What leaves the process: one bounded queue, one thread with its own runtime and one exporter for each signal.

mod health;
mod lifecycle;
mod losses;
mod queue;
mod sink;
#[cfg(test)]
mod tests;
mod thread;

pub(crate) use health::Health;
pub(crate) use lifecycle::Lifecycle;
pub(crate) use losses::{Loss, Signal, Tally};
pub(crate) use queue::{Limits, Queue};
pub(crate) use sink::{MakeSink, Sink, logs as log_sink, spans as span_sink};
pub(crate) use thread::spawn;
