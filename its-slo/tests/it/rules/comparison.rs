//! What the agreement tests compare, and how.

use std::time::Duration;

use its_slo::Slo;
use its_slo::rules::{Options, RuleFile, rule_file};

use super::bound::Bound;
use super::promtool::inlined;

/// What is recorded; all else is asked for at the instants alone.
pub(crate) const BASE: [&str; 2] = ["slo:events:rate5m", "slo:bad:rate5m"];

/// The first traces of each comparison are an objective of their own; the others are tenants of one, so that one rule
/// records all of them.
const ALONE: usize = 1;

/// Whose events a trace is.
pub(crate) struct Source {
    slo: String,
    tenant: Option<String>,
}

impl Source {
    pub(crate) fn of(trace: usize) -> Self {
        if trace < ALONE {
            Self { slo: format!("t{trace}"), tenant: None }
        } else {
            Self { slo: "shared".into(), tenant: Some(format!("t{trace}")) }
        }
    }

    pub(crate) fn matchers(&self) -> String {
        let tenant = self.tenant.iter().map(|tenant| format!(",tenant=\"{tenant}\""));
        format!("slo=\"{}\"{}", self.slo, tenant.collect::<String>())
    }

    /// What the objective's rules give for a series, for this tenant alone.
    pub(crate) fn expression(&self, rules: &RuleFile, name: &str) -> String {
        let expression = inlined(rules, &format!("slo-{}", self.slo), name, &BASE);
        expression.replace(&format!("slo=\"{}\"", self.slo), &self.matchers())
    }
}

/// The rules of the objectives of so many traces; `interval` is in seconds.
pub(crate) fn rules(traces: usize, interval: u64) -> RuleFile {
    let alone = (0..traces.min(ALONE)).map(|n| Slo::availability(format!("t{n}")));
    let shared = (traces > ALONE).then(|| Slo::availability("shared").per_tenant(traces));
    let slos: Vec<_> = alone.chain(shared).map(|slo| slo.build().expect("objective")).collect();
    let mut options = Options::default();
    options.interval = Duration::from_secs(interval);
    rule_file(&slos, &options)
}

/// One instant of one trace over one window: what the tracker says, what Prometheus does, and how far apart they may be.
pub(crate) struct Compared {
    pub(crate) window: &'static str,
    pub(crate) tracked: (f64, f64),
    pub(crate) asked: Option<f64>,
    pub(crate) bound: Bound,
    pub(crate) what: String,
}

/// All lie within their bound; prints by window how many were compared, and the greatest differences.
pub(crate) fn assert_within(compared: &[Compared], windows: &[(&str, Duration)]) {
    for Compared { asked, bound, tracked, what, .. } in compared {
        if let Err(expected) = bound.check(*tracked, *asked) {
            panic!("{what}: Prometheus says {asked:?}, expected {expected}, bound {bound:?}");
        }
    }
    let telling = |one: &&Compared| !one.bound.says_nothing(one.tracked);
    assert!(2 * compared.iter().filter(telling).count() > compared.len(), "the bounds say too little");
    for (window, _) in windows {
        let of_window = compared.iter().filter(telling).filter(|one| one.window == *window);
        let mut differences: Vec<_> = of_window
            .filter_map(|one| {
                let ratio = one.tracked.1 / (one.tracked.0 + one.tracked.1);
                one.asked.filter(|_| ratio.is_finite()).map(|asked| (asked - ratio).abs())
            })
            .collect();
        differences.sort_by(f64::total_cmp);
        let at =
            |share: f64| differences.get((differences.len() as f64 * share) as usize).copied().unwrap_or(0.0);
        let greatest = differences.last().copied().unwrap_or(0.0);
        println!(
            "{window}: {} ratios, difference p50 {:.2e}, p99 {:.2e}, greatest {greatest:.2e}",
            differences.len(),
            at(0.5),
            at(0.99)
        );
    }
}
