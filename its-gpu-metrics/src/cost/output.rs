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
    // What no GPU counts is not there.
    let energy = report.unattributed.iter().any(|gpu| gpu.counts_energy);
    let all = |_: &Row| (true, energy);
    let metrics = [&c::TOTAL, &c::GPU_SECONDS, &c::ENERGY];
    write(&mut into, currency, metrics, (&report.models, all), |row| {
        (vec![("model", name(row))], &row.amounts)
    });
    let metrics = [&c::TENANT_TOTAL, &c::TENANT_GPU_SECONDS, &c::TENANT_ENERGY];
    write(&mut into, currency, metrics, (&report.tenants, all), |row| {
        (vec![("tenant", name(row))], &row.amounts)
    });
    let metrics = [&c::CAMERA_TOTAL, &c::CAMERA_GPU_SECONDS, &c::CAMERA_ENERGY];
    write(&mut into, currency, metrics, (&report.cameras, all), camera);
    let metrics = [&c::UNATTRIBUTED_TOTAL, &c::UNATTRIBUTED_GPU_SECONDS, &c::UNATTRIBUTED_ENERGY];
    let counts = |gpu: &Idle| (gpu.counts_seconds, gpu.counts_energy);
    write(&mut into, currency, metrics, (&report.unattributed, counts), idle);
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

/// Cost, time and energy of the same rows. `counts`: whether there are time and energy.
fn write<'a, T>(
    into: &mut Families<'a>,
    currency: Option<&'a str>,
    [cost, seconds, joules]: [&'static Metric; 3],
    (rows, counts): (&'a [T], impl Fn(&T) -> (bool, bool)),
    read: Read<T>,
) {
    let rows: Vec<_> = rows.iter().map(|row| (counts(row), read(row))).collect();
    into.rows(cost, |samples| {
        for ((has_seconds, has_joules), (labels, amounts)) in &rows {
            let costs =
                [("gpu", *has_seconds, amounts.gpu_cost), ("energy", *has_joules, amounts.energy_cost)];
            for (resource, is_there, value) in costs {
                let Some(currency) = currency.filter(|_| is_there) else { continue };
                let first = [("currency", currency.into()), ("resource", resource.into())];
                samples.add(first.into_iter().chain(labels.clone()), value);
            }
        }
    });
    into.rows(seconds, |samples| {
        for (_, (labels, amounts)) in rows.iter().filter(|((has_seconds, _), _)| *has_seconds) {
            samples.add(labels.clone(), amounts.gpu_seconds);
        }
    });
    into.rows(joules, |samples| {
        for ((_, has_joules), (labels, amounts)) in rows {
            samples.add_if(labels, has_joules.then_some(amounts.joules));
        }
    });
}
