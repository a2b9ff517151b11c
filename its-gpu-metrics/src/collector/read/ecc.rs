//! Memory errors.

use nvml_wrapper::enum_wrappers::device::{EccCounter, MemoryError};

use crate::nvml::{Call, Probe};
use crate::snapshot::{Ecc, EccCounts};

pub(in crate::collector) fn ecc(probe: &mut Probe<'_>) -> Ecc {
    let enabled =
        probe.ask(Call::EccMode, |device| device.is_ecc_enabled()).map(|mode| mode.currently_enabled);
    // Without it the counters stand at 0 or fail.
    if enabled != Some(true) {
        return Ecc { enabled, ..Ecc::default() };
    }
    let mut count = |call, kind, since| probe.ask(call, |device| device.total_ecc_errors(kind, since));
    Ecc {
        enabled,
        volatile: EccCounts {
            corrected: count(Call::EccVolatileCorrected, MemoryError::Corrected, EccCounter::Volatile),
            uncorrected: count(Call::EccVolatileUncorrected, MemoryError::Uncorrected, EccCounter::Volatile),
        },
        aggregate: EccCounts {
            corrected: count(Call::EccAggregateCorrected, MemoryError::Corrected, EccCounter::Aggregate),
            uncorrected: count(
                Call::EccAggregateUncorrected,
                MemoryError::Uncorrected,
                EccCounter::Aggregate,
            ),
        },
    }
}
