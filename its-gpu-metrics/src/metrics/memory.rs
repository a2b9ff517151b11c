//! Memory, and who has it.

use super::Families;
use super::catalogue::{
    BAR1_LIMIT, BAR1_USAGE, MEMORY_LIMIT, MEMORY_RESERVED, MEMORY_USAGE, MEMORY_UTILIZATION, PROCESS_MEMORY,
    PROCESSES_LEFT_OUT,
};
use super::rows::{known, number, parts};

pub(super) fn write(into: &mut Families<'_>) {
    into.gauge(&MEMORY_USAGE, |readings| readings.memory.used);
    into.gauge(&MEMORY_LIMIT, |readings| readings.memory.total);
    into.gauge(&MEMORY_UTILIZATION, |readings| {
        let total = readings.memory.total.filter(|total| *total > 0)?;
        Some(readings.memory.used? as f64 / total as f64)
    });
    into.gauge(&MEMORY_RESERVED, |readings| readings.memory.reserved);
    into.gauge(&BAR1_USAGE, |readings| readings.memory.bar1_used);
    into.gauge(&BAR1_LIMIT, |readings| readings.memory.bar1_total);
    into.gauges(&PROCESS_MEMORY, |readings, rows| {
        for process in readings.processes.iter().flatten() {
            let labels = parts(process.mig)
                .chain([("pid", number(process.pid))])
                .chain(known("process", process.name.as_deref()))
                .chain(known("kind", Some(process.kind.as_str())));
            rows.add_if(labels, process.memory_used);
        }
    });
    into.gauge(&PROCESSES_LEFT_OUT, |readings| {
        readings.processes.as_ref().map(|_| readings.processes_left_out)
    });
}
