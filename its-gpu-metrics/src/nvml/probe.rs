//! One GPU's calls within a cycle.

use std::time::Instant;

use nvml_wrapper::Device;
use nvml_wrapper::error::NvmlError;

use super::{Call, Calls, Meaning, Support, code, meaning};

/// Makes calls, and gives up when one says that the GPU is gone.
#[derive(Debug)]
pub(crate) struct Probe<'a> {
    pub(crate) device: &'a Device<'a>,
    calls: &'a Calls,
    support: &'a mut Support,
    /// Why the rest was not asked: the GPU is lost, must be reset, or NVML has ended.
    pub(crate) gone: Option<Meaning>,
}

impl<'a> Probe<'a> {
    pub(crate) fn new(device: &'a Device<'a>, calls: &'a Calls, support: &'a mut Support) -> Self {
        Self { device, calls, support, gone: None }
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
        self.calls.took(call, start.elapsed());
        let error = match answer {
            Ok(answer) => {
                self.support.set(call, true);
                return Some(answer);
            }
            Err(error) => error,
        };
        match meaning(&error) {
            Meaning::Unsupported => self.support.set(call, false),
            Meaning::Nothing => self.support.set(call, true),
            Meaning::Failed => self.calls.failed(call, code(&error)),
            gone => {
                self.calls.failed(call, code(&error));
                self.gone = Some(gone);
            }
        }
        None
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
