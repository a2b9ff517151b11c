//! The tracker and Prometheus agree: to the bit where they can, and else within what the documentation says.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use super::bound::{Bound, Reading};
use super::comparison::{BASE, Compared, Source, assert_within, rules};
use super::promtool::{Case, only, ranges_are_open, values};
use super::trace::{Random, Trace};
use crate::support::{days, hours, minutes, short_or_full};

const RAW: [(&str, Duration); 5] =
    [("5m", minutes(5)), ("30m", minutes(30)), ("1h", hours(1)), ("2h", hours(2)), ("6h", hours(6))];

const DAYS: [(&str, Duration); 2] = [("1d", days(1)), ("3d", days(3))];

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
