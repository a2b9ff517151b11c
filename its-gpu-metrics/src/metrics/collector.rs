//! How the collector is.

use std::time::{Instant, UNIX_EPOCH};

use super::Families;
use super::Value;
use super::catalogue::{
    CALL_LATENCY, COLLECTOR_AGE, COLLECTOR_CYCLES, COLLECTOR_DURATION, COLLECTOR_ERRORS,
    COLLECTOR_INITIALIZATIONS, COLLECTOR_LAST_SUCCESS, COLLECTOR_OVERRUNS, COLLECTOR_UNAVAILABLE,
    COLLECTOR_UP,
};
use crate::Snapshot;

pub(super) fn write<'a>(into: &mut Families<'a>, snapshot: &'a Snapshot, now: Instant) {
    let collector = &snapshot.collector;
    into.rows(&COLLECTOR_UP, |rows| rows.add([], collector.unavailable.is_none()));
    into.rows(&COLLECTOR_UNAVAILABLE, |rows| {
        if let Some(reason) = collector.unavailable {
            rows.add([("reason", reason.as_str().into())], true);
        }
    });
    into.rows(&COLLECTOR_LAST_SUCCESS, |rows| {
        let since = collector.last_success.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        rows.add_if([], since.map(|time| time.as_secs_f64()));
    });
    into.rows(&COLLECTOR_AGE, |rows| {
        rows.add([], now.saturating_duration_since(snapshot.taken).as_secs_f64());
    });
    into.rows(&COLLECTOR_DURATION, |rows| rows.add([], collector.last_duration.as_secs_f64()));
    into.rows(&COLLECTOR_CYCLES, |rows| rows.add([], collector.cycles));
    into.rows(&COLLECTOR_OVERRUNS, |rows| rows.add([], collector.overrun_cycles));
    into.rows(&COLLECTOR_INITIALIZATIONS, |rows| rows.add([], collector.generation));
    into.rows(&COLLECTOR_ERRORS, |rows| {
        for call in collector.calls.iter() {
            for (code, count) in &call.errors {
                rows.add([("call", call.call.into()), ("code", (*code).into())], *count);
            }
        }
    });
    into.rows(&CALL_LATENCY, |rows| {
        for call in collector.calls.iter() {
            let value = Value::Histogram { buckets: &call.latency, sum: call.seconds };
            rows.add([("call", call.call.into())], value);
        }
    });
}
