//! The tracker and Prometheus agree: to the bit where they can, and else within what the documentation says.

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

/// The rules of an objective for each trace; `interval` is in seconds.
fn rules(traces: usize, interval: u64) -> RuleFile {
    let slo = |n| Slo::availability(format!("t{n}")).build().expect("objective");
    let slos: Vec<_> = (0..traces).map(slo).collect();
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
    let mut cases = Vec::new();
    for (n, (trace, instants)) in traces.iter().enumerate() {
        let [good, bad] = trace.samples();
        let series = |result| format!("its_slo_events_total{{slo=\"t{n}\",result=\"{result}\"}}");
        let mut case = Case::new(trace.scrape).samples(&series("good"), &good).samples(&series("bad"), &bad);
        for instant in instants {
            for (window, _) in windows {
                let name = format!("slo:sli_error:ratio_rate{window}");
                case = case.asks(*instant, &inlined(&rules, &format!("slo-t{n}"), &name, &BASE));
            }
        }
        // Without it promtool loads no samples after its last evaluation.
        let last = instants.last().copied().unwrap_or_default();
        cases.push(case.gives_nothing(last + 2 * interval, "vector(1) > 2"));
    }
    let mut asked = values(&only(rules, kept), interval, &cases).into_iter();
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
    let traces: Vec<_> = (0..u64::from(short_or_full(4, 40)))
        .map(|seed| {
            let trace = Trace::random(seed ^ 0x57a, 60, 60, 4 * 86_400);
            let trace = if seed % 3 == 0 { trace } else { trace.with_faults(seed) };
            let mut random = Random(seed ^ 0xc33);
            let mut instants: Vec<_> = (0..4).map(|_| 60 * (60 + random.below(4 * 1_440 - 60))).collect();
            instants.sort_unstable();
            (trace, instants)
        })
        .collect();
    for traces in traces.chunks(4) {
        assert_within(&compare(traces, &DAYS, 60, true), &DAYS);
    }
}

#[test]
fn a_month_is_within_its_bound_whatever_happens() {
    // promtool refuses ranges of more than ten thousand samples.
    let month = [("30d", days(30))];
    let traces: Vec<_> = (0..u64::from(short_or_full(3, 20)))
        .map(|seed| {
            let trace = Trace::random(seed ^ 0x30d, 60, 60, 33 * 86_400);
            let trace = if seed % 2 == 0 { trace } else { trace.with_faults(seed) };
            (trace, vec![60 * 1_440 * 20, 60 * 1_440 * 31 + 420, 60 * 1_440 * 33])
        })
        .collect();
    for traces in traces.chunks(5) {
        assert_within(&compare(traces, &month, 300, true), &month);
    }
}
