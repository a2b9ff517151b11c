//! The tracker and Prometheus agree: to the bit where they can, and else within what the documentation says.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use its_slo::Slo;
use its_slo::rules::{Options, RuleFile, rule_file};

use super::bound::{Bound, Reading};
use super::promtool::{Case, inlined, only, ranges_are_open, values};
use super::trace::{Random, Trace};
use crate::support::{days, hours, minutes, short_or_full};

const BASE: [&str; 2] = ["slo:events:rate5m", "slo:bad:rate5m"];

const RAW: [(&str, Duration); 5] =
    [("5m", minutes(5)), ("30m", minutes(30)), ("1h", hours(1)), ("2h", hours(2)), ("6h", hours(6))];

const DAYS: [(&str, Duration); 2] = [("1d", days(1)), ("3d", days(3))];

/// The first traces of each comparison are an objective of their own; the others are tenants of one, so that one rule
/// records all of them.
const ALONE: usize = 1;

/// Whose events a trace is.
struct Source {
    slo: String,
    tenant: Option<String>,
}

impl Source {
    fn of(trace: usize) -> Self {
        if trace < ALONE {
            Self { slo: format!("t{trace}"), tenant: None }
        } else {
            Self { slo: "shared".into(), tenant: Some(format!("t{trace}")) }
        }
    }

    fn matchers(&self) -> String {
        let tenant = self.tenant.iter().map(|tenant| format!(",tenant=\"{tenant}\""));
        format!("slo=\"{}\"{}", self.slo, tenant.collect::<String>())
    }

    /// What the objective's rules give for a series, for this tenant alone.
    fn expression(&self, rules: &RuleFile, name: &str) -> String {
        let expression = inlined(rules, &format!("slo-{}", self.slo), name, &BASE);
        expression.replace(&format!("slo=\"{}\"", self.slo), &self.matchers())
    }
}

/// The rules of the objectives of so many traces; `interval` is in seconds.
fn rules(traces: usize, interval: u64) -> RuleFile {
    let alone = (0..traces.min(ALONE)).map(|n| Slo::availability(format!("t{n}")));
    let shared = (traces > ALONE).then(|| Slo::availability("shared").per_tenant(traces));
    let slos: Vec<_> = alone.chain(shared).map(|slo| slo.build().expect("objective")).collect();
    let mut options = Options::default();
    options.interval = Duration::from_secs(interval);
    rule_file(&slos, &options)
}

/// One instant of one trace over one window: what the tracker says, what Prometheus does, and how far apart they may be.
struct Compared {
    window: &'static str,
    tracked: (f64, f64),
    asked: Option<f64>,
    bound: Bound,
    what: String,
}

/// Compares all traces at their instants.
fn compare(
    traces: &[(Trace, Vec<u64>)],
    windows: &[(&'static str, Duration)],
    interval: u64,
    recorded: bool,
) -> Vec<Compared> {
    let rules = rules(traces.len(), interval);
    let kept: &[&str] = if recorded { &BASE } else { &[] };
    // Side by side in one test of promtool: each test evaluates all rules of the file at each of its steps.
    let mut case = Case::new(traces.first().map_or(1, |(trace, _)| trace.scrape));
    for (n, (trace, instants)) in traces.iter().enumerate() {
        let [good, bad] = trace.samples();
        let source = Source::of(n);
        let matchers = source.matchers();
        let series = |result| format!("its_slo_events_total{{{matchers},result=\"{result}\"}}");
        case = case.samples(&series("good"), &good).samples(&series("bad"), &bad);
        for instant in instants {
            for (window, _) in windows {
                let name = format!("slo:sli_error:ratio_rate{window}");
                case = case.asks(*instant, &source.expression(&rules, &name));
            }
        }
    }
    // Without it promtool loads no samples after its last evaluation.
    let last = traces.iter().flat_map(|(_, instants)| instants).max().copied().unwrap_or_default();
    let case = case.gives_nothing(last + 2 * interval, "vector(1) > 2");
    let mut asked = values(&only(rules, kept), interval, &[case]).into_iter();
    let lengths: Vec<_> = windows.iter().map(|(_, length)| *length).collect();
    let mut compared = Vec::new();
    for (n, (trace, instants)) in traces.iter().enumerate() {
        for (instant, tracked) in instants.iter().zip(trace.tracked(instants, &lengths)) {
            for ((window, length), tracked) in windows.iter().zip(tracked) {
                let reading = Reading { at: *instant, window: length.as_secs(), interval };
                let bound = Bound::of(trace, reading);
                let what = format!("trace {n} at {instant} over {window}: {tracked:?}");
                let asked = asked.next().expect("a value for each");
                compared.push(Compared { window, tracked, asked, bound, what });
            }
        }
    }
    compared
}

/// Compares them in parts, as many at once as there are processors.
fn compare_in_parts(
    traces: &[(Trace, Vec<u64>)],
    part: usize,
    windows: &[(&'static str, Duration)],
    interval: u64,
) -> Vec<Compared> {
    let parts: Vec<_> = traces.chunks(part).collect();
    let (next, compared) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(traces) = parts.get(next.fetch_add(1, Relaxed)) {
            let of_part = compare(traces, windows, interval, true);
            compared.lock().expect("no part has failed").extend(of_part);
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(work);
        }
    });
    compared.into_inner().expect("no part has failed")
}

/// All lie within their bound; prints by window how many were compared, and the greatest differences.
fn assert_within(compared: &[Compared], windows: &[(&str, Duration)]) {
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

#[test]
fn raw_windows_are_equal_at_aligned_instants() {
    let count = short_or_full(20, 200);
    for batch in 0..count / 20 {
        let traces: Vec<_> = (0..20)
            .map(|n| {
                let seed = u64::from(batch * 20 + n);
                let trace = Trace::random(seed, 5, 15, 7 * 3_600);
                let mut random = Random(seed ^ 0xa11);
                let mut instants = vec![
                    60 * (1 + random.below(60)),
                    60 * (60 + random.below(300)),
                    60 * (361 + random.below(59)),
                ];
                instants.sort_unstable();
                (trace, instants)
            })
            .collect();
        let compared = compare(&traces, &RAW, 30, false);
        assert_within(&compared, &RAW);
        for Compared { tracked: (good, bad), asked, what, .. } in &compared {
            let expected = (good + bad > 0.0).then(|| bad / (good + bad));
            assert!(ranges_are_open() || *asked == expected, "{what}: {asked:?}, expected {expected:?}");
        }
        assert_eq!(compared.len(), 20 * 3 * 5);
    }
}

#[test]
fn raw_windows_are_within_their_bound_whatever_happens() {
    let traces: Vec<_> = (0..u64::from(short_or_full(20, 200)))
        .map(|seed| {
            let trace = Trace::random(seed ^ 0xbad, 5, 15, 7 * 3_600).with_faults(seed);
            let mut random = Random(seed ^ 0xb22);
            let mut instants: Vec<_> = (0..4).map(|_| 5 * (1 + random.below(7 * 720))).collect();
            instants.sort_unstable();
            (trace, instants)
        })
        .collect();
    assert_within(&compare(&traces, &RAW, 30, false), &RAW);
}

#[test]
fn staged_windows_are_within_their_bound_whatever_happens() {
    let traces: Vec<_> = (0..u64::from(short_or_full(12, 200)))
        .map(|seed| {
            let trace = Trace::random(seed ^ 0x57a, 60, 60, 4 * 86_400);
            let trace = if seed % 3 == 0 { trace } else { trace.with_faults(seed) };
            let mut random = Random(seed ^ 0xc33);
            let mut instants: Vec<_> = (0..4).map(|_| 60 * (60 + random.below(4 * 1_440 - 60))).collect();
            instants.sort_unstable();
            (trace, instants)
        })
        .collect();
    let compared = compare_in_parts(&traces, 25, &DAYS, 60);
    assert_eq!(compared.len(), traces.len() * 4 * DAYS.len());
    assert_within(&compared, &DAYS);
}

#[test]
fn a_month_is_within_its_bound_whatever_happens() {
    // promtool refuses ranges of more than ten thousand samples.
    let month = [("30d", days(30))];
    let traces: Vec<_> = (0..u64::from(short_or_full(3, 200)))
        .map(|seed| {
            let trace = Trace::random(seed ^ 0x30d, 60, 60, 33 * 86_400);
            let trace = if seed % 2 == 0 { trace } else { trace.with_faults(seed) };
            (trace, vec![60 * 1_440 * 20, 60 * 1_440 * 31 + 420, 60 * 1_440 * 33])
        })
        .collect();
    let compared = compare_in_parts(&traces, 25, &month, 300);
    assert_eq!(compared.len(), traces.len() * 3);
    assert_within(&compared, &month);
}
