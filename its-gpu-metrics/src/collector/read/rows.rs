//! Repaired and retired memory.

use crate::nvml::{Call, Probe, remapped_rows};
use crate::snapshot::Rows;

pub(in crate::collector) fn rows(probe: &mut Probe<'_>) -> Rows {
    let remapped = probe.ask(Call::RemappedRows, remapped_rows);
    Rows {
        remapped_correctable: remapped.map(|rows| u64::from(rows.0)),
        remapped_uncorrectable: remapped.map(|rows| u64::from(rows.1)),
        remap_pending: remapped.map(|rows| rows.2),
        remap_failed: remapped.map(|rows| rows.3),
        retirement_pending: probe.ask(Call::RetiredPages, |device| device.are_pages_pending_retired()),
    }
}
