//! A bare atomic, and others' budgets.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use its_benches::Case;
use sz_orm_observability::slo::{SloConfig, SloMonitor};
use tower::retry::budget::{Budget, TpsBudget};

use crate::{one, two};

fn counters() -> [AtomicU64; 2] {
    [AtomicU64::new(0), AtomicU64::new(0)]
}

pub(crate) fn fetch_add(case: &Case) {
    let counters = counters();
    one(case, |good| drop(counters[usize::from(good)].fetch_add(1, Relaxed)));
}

pub(crate) fn fetch_add_2_threads(case: &Case) {
    let counters = counters();
    two(case, |good| drop(counters[usize::from(good)].fetch_add(1, Relaxed)));
}

fn deposit(budget: &TpsBudget, good: bool) {
    if good {
        budget.deposit();
    } else {
        budget.withdraw();
    }
}

fn tower_budget() -> TpsBudget {
    TpsBudget::new(Duration::from_secs(10), 10, 0.1)
}

pub(crate) fn tower(case: &Case) {
    let budget = tower_budget();
    one(case, |good| deposit(&budget, good));
}

pub(crate) fn tower_2_threads(case: &Case) {
    let budget = tower_budget();
    two(case, |good| deposit(&budget, good));
}

fn record(monitor: &SloMonitor, good: bool) {
    if good {
        monitor.record_success();
    } else {
        monitor.record_failure();
    }
}

pub(crate) fn sz_orm(case: &Case) {
    let monitor = SloMonitor::new(SloConfig::default());
    one(case, |good| record(&monitor, good));
}

pub(crate) fn sz_orm_2_threads(case: &Case) {
    let monitor = SloMonitor::new(SloConfig::default());
    two(case, |good| record(&monitor, good));
}
