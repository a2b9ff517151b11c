//! How busy a GPU is, and how fast it may be.

use super::Families;
use super::catalogue::{
    BUSY, CLOCK, CLOCK_MAX, GPM_RATE, GPM_RATIO, PERFORMANCE_STATE, THROTTLE, THROTTLE_SECONDS, UTILIZATION,
};
use super::mig;
use crate::snapshot::ThrottleReason;

pub(super) fn write_utilization(into: &mut Families<'_>) {
    into.gauges(&UTILIZATION, |readings, rows| {
        let shares = &readings.utilization;
        let tasks = [
            ("general", shares.gpu),
            ("encoder", shares.encoder),
            ("decoder", shares.decoder),
            ("memory", shares.memory),
            ("jpeg", shares.jpeg),
            ("optical_flow", shares.optical_flow),
        ];
        for (task, share) in tasks {
            rows.add_if([("hw_gpu_task", task.into())], share);
        }
    });
    into.each(&BUSY, |gpu, rows| rows.add_if([], gpu.totals.busy_seconds));
    into.each(&GPM_RATIO, |gpu, rows| mig::gpm(gpu, |name| (!name.ends_with(RATE)).then_some(name), rows));
    into.each(&GPM_RATE, |gpu, rows| mig::gpm(gpu, |name| name.strip_suffix(RATE), rows));
}

/// How the name of a GPM metric ends that is no ratio.
const RATE: &str = "_bytes_per_second";

pub(super) fn write_clocks(into: &mut Families<'_>) {
    into.gauges(&CLOCK, |readings, rows| {
        for clock in &readings.clocks {
            rows.add_if([("domain", clock.domain.as_str().into())], clock.current);
        }
    });
    into.gauges(&CLOCK_MAX, |readings, rows| {
        for clock in &readings.clocks {
            rows.add_if([("domain", clock.domain.as_str().into())], clock.max);
        }
    });
    into.gauge(&PERFORMANCE_STATE, |readings| readings.performance_state);
    into.gauges(&THROTTLE, |readings, rows| {
        if let Some(bits) = readings.throttle_bits {
            let reasons = ThrottleReason::ALL.map(|reason| (reason, reason.as_str()));
            rows.flags("reason", reasons, |reason| reason.is_in(bits));
        }
    });
    into.each(&THROTTLE_SECONDS, |gpu, rows| {
        for (reason, seconds) in &gpu.totals.throttled_seconds {
            rows.add([("reason", reason.as_str().into())], *seconds);
        }
    });
}
