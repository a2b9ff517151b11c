//! Why clocks are lower than they could be.

use crate::nvml::{Call, Probe, clocks_event_reasons};

pub(in crate::collector) fn throttle_bits(probe: &mut Probe<'_>) -> Option<u64> {
    // The name before NVML 12.
    let old = |probe: &mut Probe<'_>| {
        probe.ask(Call::ThrottleReasons, |device| device.current_throttle_reasons()).map(|bits| bits.bits())
    };
    probe.ask(Call::ClocksEventReasons, clocks_event_reasons).or_else(|| old(probe))
}
