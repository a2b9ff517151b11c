//! One GPU's calls within a cycle.

use std::time::{Duration, Instant};

use nvml_wrapper::Device;
use nvml_wrapper::error::NvmlError;

use super::{Call, Calls, Meaning, Support, code, meaning};

/// A failure that took as long is a driver that waits for a dying GPU, whatever its code: each further call would too.
const SLOW_FAILURE: Duration = Duration::from_secs(1);

/// Makes calls, and gives up when one says that the GPU is gone.
#[derive(Debug)]
pub(crate) struct Probe<'a> {
    pub(crate) device: &'a Device<'a>,
    calls: &'a Calls,
    support: &'a mut Support,
    /// Why the rest was not asked: the GPU is lost, must be reset, does not answer in time, or NVML has ended.
    pub(crate) gone: Option<Meaning>,
    /// NVML's name of the last failure.
    pub(crate) last_error: Option<&'static str>,
    /// Calls that every real GPU answers: those that came to an end as they should, and those that failed.
    core: (u32, u32),
}

impl<'a> Probe<'a> {
    pub(crate) fn new(device: &'a Device<'a>, calls: &'a Calls, support: &'a mut Support) -> Self {
        Self { device, calls, support, gone: None, last_error: None, core: (0, 0) }
    }

    /// The answer; `None` when there is none, for whatever reason.
    pub(crate) fn ask<T>(
        &mut self,
        call: Call,
        ask: impl FnOnce(&'a Device<'a>) -> Result<T, NvmlError>,
    ) -> Option<T> {
        if self.gone.is_some() || !self.support.may(call) {
            return None;
        }
        let start = Instant::now();
        let answer = ask(self.device);
        let took = start.elapsed();
        self.calls.took(call, took);
        let error = match answer {
            Ok(answer) => {
                self.support.set(call, true);
                self.core.0 += u32::from(call.is_core());
                return Some(answer);
            }
            Err(error) => error,
        };
        match meaning(&error) {
            Meaning::Unsupported => self.support.set(call, false),
            Meaning::Nothing => {
                self.support.set(call, true);
                self.core.0 += u32::from(call.is_core());
            }
            failed => {
                self.calls.failed(call, code(&error));
                self.last_error = Some(code(&error));
                self.core.1 += u32::from(call.is_core());
                match failed {
                    Meaning::Failed if took < SLOW_FAILURE => {}
                    Meaning::Failed => self.gone = Some(Meaning::TimedOut),
                    gone => self.gone = Some(gone),
                }
            }
        }
        None
    }

    /// Whether all calls failed that every real GPU answers.
    pub(crate) fn core_failed(&self) -> bool {
        self.core.0 == 0 && self.core.1 > 0
    }

    /// Whether one of them failed, so that what there is cannot be judged.
    pub(crate) fn is_undecided(&self) -> bool {
        self.core.1 > 0
    }

    /// Whether there is a point in asking: the GPU has not said that it does not support it.
    pub(crate) fn may(&self, call: Call) -> bool {
        self.support.may(call)
    }

    /// An answer that cannot be true.
    pub(crate) fn implausible(&self, call: Call) {
        self.calls.failed(call, "implausible");
    }

    pub(crate) fn forget_support(&mut self) {
        self.support.forget();
    }
}
