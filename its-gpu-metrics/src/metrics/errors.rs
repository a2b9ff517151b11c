//! What went wrong: Xid errors, and memory.

use std::borrow::Cow;
use std::time::UNIX_EPOCH;

use super::catalogue::{
    ECC_ENABLED, ECC_LIFETIME, ERRORS, REMAP_FAILURE, REMAP_PENDING, REMAPPED_ROWS, RETIREMENT_PENDING,
    XID_ERRORS, XID_LAST,
};
use super::rows::{number, parts};
use super::{Families, Rows};
use crate::snapshot::{EccCounts, Xid};

pub(super) fn write(into: &mut Families<'_>) {
    into.each(&XID_ERRORS, |gpu, rows| {
        gpu.totals.xids.iter().for_each(|xid| rows.add(labels(xid), xid.count));
    });
    into.each(&XID_LAST, |gpu, rows| {
        for xid in &gpu.totals.xids {
            rows.add_if(labels(xid), xid.last.duration_since(UNIX_EPOCH).ok().map(|time| time.as_secs_f64()));
        }
    });
    into.gauges(&ERRORS, |readings, rows| counts(readings.ecc.volatile, rows));
    into.gauge(&ECC_ENABLED, |readings| readings.ecc.enabled);
    into.gauges(&ECC_LIFETIME, |readings, rows| counts(readings.ecc.aggregate, rows));
    into.gauges(&REMAPPED_ROWS, |readings, rows| {
        rows.add_if([("kind", "correctable".into())], readings.rows.remapped_correctable);
        rows.add_if([("kind", "uncorrectable".into())], readings.rows.remapped_uncorrectable);
    });
    into.gauge(&REMAP_PENDING, |readings| readings.rows.remap_pending);
    into.gauge(&REMAP_FAILURE, |readings| readings.rows.remap_failed);
    into.gauge(&RETIREMENT_PENDING, |readings| readings.rows.retirement_pending);
}

fn labels<'a>(xid: &Xid) -> impl Iterator<Item = (&'static str, Cow<'a, str>)> + use<'a> {
    let code = xid.code.map_or("unknown".into(), number);
    std::iter::once(("xid", code)).chain(parts(xid.mig))
}

fn counts(counts: EccCounts, rows: &mut Rows<'_, '_>) {
    rows.add_if([("error_type", "corrected".into())], counts.corrected);
    rows.add_if([("error_type", "uncorrected".into())], counts.uncorrected);
}
