//! The budgets at `/metrics`.

use its_slo::{Counts, Slos, Snapshot, State};

use crate::instruments::{
    Instrument, SLO_ALERT_FIRING, SLO_BUDGET_REMAINING, SLO_BURN_RATE, SLO_CHECKPOINT_FAILURES, SLO_EVENTS,
    SLO_HISTORY, SLO_OBJECTIVE, SLO_SLICES, SLO_STATE, SLO_WINDOW_EVENTS,
};
use crate::registry::Number;
use crate::registry::collect::{Collect, Collected};

/// Reads all budgets at each scrape.
#[derive(Debug)]
pub(super) struct Budgets(pub(super) Slos);

/// Further labels, and the value.
type Row<'a> = (Vec<(&'a str, &'a str)>, f64);

impl Collect for Budgets {
    fn collect(&self, into: &mut Collected) {
        let all = self.0.snapshot();
        counters(into, &SLO_EVENTS, &all, |s| Some(s.events));
        counters(into, &SLO_SLICES, &all, |s| s.slices);
        gauges(into, &SLO_OBJECTIVE, &all, |s| vec![(vec![], s.target)]);
        gauges(into, &SLO_BUDGET_REMAINING, &all, |s| {
            s.budget_remaining.map(|left| (vec![], left)).into_iter().collect()
        });
        gauges(into, &SLO_BURN_RATE, &all, |s| {
            s.windows.iter().filter_map(|w| Some((vec![("window", w.name)], w.burn_rate?))).collect()
        });
        gauges(into, &SLO_WINDOW_EVENTS, &all, |s| {
            let windows =
                s.windows.iter().map(|w| (w.name, [("good", w.counts.good), ("bad", w.counts.bad)]));
            let row = |window, (result, n)| (vec![("window", window), ("result", result)], n);
            windows.flat_map(|(window, results)| results.map(|result| row(window, result))).collect()
        });
        gauges(into, &SLO_HISTORY, &all, |s| vec![(vec![], s.history.as_secs_f64())]);
        gauges(into, &SLO_STATE, &all, |s| {
            State::ALL.map(|state| (vec![("state", state.as_str())], flag(s.state == state))).into()
        });
        gauges(into, &SLO_ALERT_FIRING, &all, |s| {
            let tiers = s.tiers.iter();
            tiers
                .map(|t| (vec![("tier", &*t.tier), ("severity", t.severity.as_str())], flag(t.firing)))
                .collect()
        });
        let failures = SLO_CHECKPOINT_FAILURES;
        into.counter(failures.name, failures.help).sample(&[], self.0.failed_checkpoints());
    }
}

fn flag(set: bool) -> f64 {
    f64::from(u8::from(set))
}

/// The objective's labels; one with a budget for all has no tenant.
fn labels(snapshot: &Snapshot) -> Vec<(&str, &str)> {
    let tenant = snapshot.tenant.as_deref().map(|tenant| ("tenant", tenant));
    std::iter::once(("slo", &*snapshot.slo)).chain(tenant).collect()
}

fn counters(
    into: &mut Collected,
    i: &Instrument,
    all: &[Snapshot],
    counts: impl Fn(&Snapshot) -> Option<Counts>,
) {
    let mut counters = into.counter(i.name, i.help);
    for snapshot in all {
        let Some(Counts { good, bad }) = counts(snapshot) else { continue };
        for (result, count) in [("good", good), ("bad", bad)] {
            let labels = [labels(snapshot), vec![("result", result)]].concat();
            counters.sample(&labels, Number::from(count));
        }
    }
}

fn gauges(
    into: &mut Collected,
    i: &Instrument,
    all: &[Snapshot],
    rows: for<'a> fn(&'a Snapshot) -> Vec<Row<'a>>,
) {
    let mut gauges = into.gauge(i.name, i.help);
    for snapshot in all {
        for (more, value) in rows(snapshot) {
            gauges.sample(&[labels(snapshot), more].concat(), value);
        }
    }
}
