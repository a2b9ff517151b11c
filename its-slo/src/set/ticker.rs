//! The thread that ticks.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use super::Slos;
use crate::clock::since_epoch;
use crate::tracker::TICK;

/// Ticks between two checkpoints: one minute.
const CHECKPOINT: u64 = 60 / TICK;

/// The thread that ticks. Dropping it ends the thread.
#[derive(Debug)]
#[must_use = "dropping the ticker ends it"]
pub struct Ticker {
    slos: Slos,
    thread: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Ticker {
    pub(super) fn start(slos: Slos) -> io::Result<Self> {
        let (stop, stopped) = channel();
        let ticking = slos.clone();
        let run = move || {
            for tick in 1_u64.. {
                // Nothing is ever sent: the channel ends with the ticker.
                if stopped.recv_timeout(until_next()) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
                ticking.tick();
                if tick.is_multiple_of(CHECKPOINT) {
                    // Counted, and tried again in a minute.
                    let _ = ticking.checkpoint();
                }
            }
        };
        let thread = thread::Builder::new().name("its-slo".into()).spawn(run)?;
        Ok(Self { slos, thread: Some((stop, thread)) })
    }

    /// Stops, and writes the last checkpoint, which says that the stop was planned.
    ///
    /// # Errors
    /// When the checkpoint cannot be written.
    pub fn stop(mut self) -> io::Result<()> {
        self.end();
        self.slos.checkpoint_planned_stop()
    }

    fn end(&mut self) {
        if let Some((stop, thread)) = self.thread.take() {
            drop(stop);
            // A tick does not panic, and if it did there would be nothing to do about it here.
            let _ = thread.join();
        }
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.end();
    }
}

/// Until the next multiple of the tick.
fn until_next() -> Duration {
    let tick = Duration::from_secs(TICK).as_nanos();
    let past = since_epoch(SystemTime::now()).as_nanos() % tick;
    Duration::from_nanos((tick - past) as u64)
}
