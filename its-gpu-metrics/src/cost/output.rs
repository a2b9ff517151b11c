//! A report as metric families.

use std::borrow::Cow;

use super::catalogue as c;
use super::report::{Amounts, Idle, Report, Row};
use crate::metrics::{Families, Family, Metric};

/// The labels of a row, and what it has used.
type Read<T> = for<'a> fn(&'a T) -> (Vec<(&'static str, Cow<'a, str>)>, &'a Amounts);

/// Every family that has a sample, in the order of [`ALL`](super::ALL). Before a GPU has been seen there is none.
pub fn families(report: &Report) -> Vec<Family<'_>> {
    let mut into = Families::of(&[]);
    if report.unattributed.is_empty() {
        return into.families;
    }
    let currency = report.currency.as_deref();
    let metrics = [&c::TOTAL, &c::GPU_SECONDS, &c::ENERGY];
    write(&mut into, currency, metrics, &report.models, |row| (vec![("model", name(row))], &row.amounts));
    let metrics = [&c::TENANT_TOTAL, &c::TENANT_GPU_SECONDS, &c::TENANT_ENERGY];
    write(&mut into, currency, metrics, &report.tenants, |row| (vec![("tenant", name(row))], &row.amounts));
    let metrics = [&c::CAMERA_TOTAL, &c::CAMERA_GPU_SECONDS, &c::CAMERA_ENERGY];
    write(&mut into, currency, metrics, &report.cameras, camera);
    let metrics = [&c::UNATTRIBUTED_TOTAL, &c::UNATTRIBUTED_GPU_SECONDS, &c::UNATTRIBUTED_ENERGY];
    write(&mut into, currency, metrics, &report.unattributed, idle);
    into.families
}

fn name(row: &Row) -> Cow<'_, str> {
    (&*row.name).into()
}

fn camera(row: &Row) -> (Vec<(&'static str, Cow<'_, str>)>, &Amounts) {
    // What is folded is no single tenant's.
    let tenant = row.tenant.as_deref().unwrap_or(&row.name);
    (vec![("tenant", tenant.into()), ("camera", name(row))], &row.amounts)
}

fn idle(idle: &Idle) -> (Vec<(&'static str, Cow<'_, str>)>, &Amounts) {
    (vec![("hw_id", (&*idle.gpu).into())], &idle.amounts)
}

/// Cost, time and energy of the same rows.
fn write<'a, T>(
    into: &mut Families<'a>,
    currency: Option<&'a str>,
    [cost, seconds, joules]: [&'static Metric; 3],
    rows: &'a [T],
    read: Read<T>,
) {
    into.rows(cost, |samples| {
        for (labels, amounts) in rows.iter().map(read) {
            for (resource, value) in [("gpu", amounts.gpu_cost), ("energy", amounts.energy_cost)] {
                let Some(currency) = currency else { return };
                let first = [("currency", currency.into()), ("resource", resource.into())];
                samples.add(first.into_iter().chain(labels.clone()), value);
            }
        }
    });
    into.rows(seconds, |samples| {
        rows.iter().map(read).for_each(|(labels, amounts)| samples.add(labels, amounts.gpu_seconds));
    });
    into.rows(joules, |samples| {
        rows.iter().map(read).for_each(|(labels, amounts)| samples.add(labels, amounts.joules));
    });
}
