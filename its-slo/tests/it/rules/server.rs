//! A real Prometheus server answers for all windows: it has scraped a month, and evaluates the rules.

use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

use its_slo::WINDOWS;
use its_slo::rules::{Rule, RuleFile};
use its_test_support::{Prometheus, Series};

use super::bound::{Bound, Reading};
use super::comparison::{BASE, Compared, Source, assert_within, rules};
use super::trace::{Random, Trace};
use crate::support::{START, short_or_full};

const DAY: u64 = 86_400;
const LENGTH: u64 = 33 * DAY;
/// A month of it is no more than the server gives in one answer.
const INTERVAL: u64 = 300;

/// What was scraped of all traces, as OpenMetrics.
fn scraped(traces: &[Trace]) -> String {
    let mut text = "# TYPE its_slo_events counter\n".to_owned();
    for (n, trace) in traces.iter().enumerate() {
        let matchers = Source::of(n).matchers();
        for (result, samples) in ["good", "bad"].into_iter().zip(trace.samples()) {
            for (time, sample) in (START..).step_by(trace.scrape as usize).zip(samples) {
                if let Some(count) = sample {
                    writeln!(text, "its_slo_events_total{{{matchers},result=\"{result}\"}} {count} {time}")
                        .expect("a text");
                }
            }
        }
    }
    text
}

/// What the server records when it evaluates the rules once in each interval, as OpenMetrics.
fn recorded(server: &Prometheus, rules: &RuleFile) -> String {
    let mut text = String::new();
    let (start, end) = (UNIX_EPOCH + Duration::from_secs(START), Duration::from_secs(LENGTH));
    for name in BASE {
        writeln!(text, "# TYPE {name} gauge").expect("a text");
        for rule in rules.groups.iter().flat_map(|group| &group.rules) {
            let Rule::Recording(rule) = rule else { continue };
            if rule.record != name {
                continue;
            }
            for Series { mut labels, points } in
                server.query_range(&rule.expr, start, start + end, INTERVAL as f64)
            {
                labels.extend(rule.labels.clone());
                let labels: Vec<_> =
                    labels.iter().map(|(label, value)| format!("{label}=\"{value}\"")).collect();
                for point in points {
                    writeln!(text, "{name}{{{}}} {} {}", labels.join(","), point.value, point.timestamp)
                        .expect("a text");
                }
            }
        }
    }
    text
}

#[test]
fn a_server_with_a_month_of_history_agrees_over_all_windows() {
    let traces: Vec<_> = (0..u64::from(short_or_full(2, 16)))
        .map(|seed| {
            let trace = Trace::random(seed ^ 0x5e7, 20, 60, LENGTH);
            if seed % 2 == 0 { trace } else { trace.with_faults(seed) }
        })
        .collect();
    let rules = rules(traces.len(), INTERVAL);
    let scraped = scraped(&traces);
    let recorded = recorded(&Prometheus::start_with_history(&format!("{scraped}# EOF\n")), &rules);
    let server = Prometheus::start_with_history(&format!("{scraped}{recorded}# EOF\n"));
    let windows = WINDOWS.map(|(_, length)| length);
    let mut compared = Vec::new();
    for (n, trace) in traces.iter().enumerate() {
        let mut random = Random(n as u64 ^ 0xd44);
        // Early, when hardly a window is full; at any time, mostly between two scrapes; and at the end, when all are.
        let anytime: Vec<_> = (0..8).map(|_| 20 * random.below(LENGTH / 20)).collect();
        let mut instants = [&[2 * 3_600, 3 * DAY + 420, LENGTH][..], &anytime].concat();
        instants.sort_unstable();
        instants.dedup();
        for (instant, tracked) in instants.iter().zip(trace.tracked(&instants, &windows)) {
            for ((window, length), tracked) in WINDOWS.iter().zip(tracked) {
                let name = format!("slo:sli_error:ratio_rate{window}");
                let (query, time) = (Source::of(n).expression(&rules, &name), (START + instant).to_string());
                let answer = server.api("query", &[("query", &query), ("time", &time)]).expect("an answer");
                let asked =
                    answer["result"][0]["value"][1].as_str().map(|value| value.parse().expect("a number"));
                let reading = Reading { at: *instant, window: length.as_secs(), interval: INTERVAL };
                let (bound, what) =
                    (Bound::of(trace, reading), format!("trace {n} at {instant} over {window}: {tracked:?}"));
                compared.push(Compared { window, tracked, asked, bound, what });
            }
        }
    }
    assert!(compared.len() >= traces.len() * 10 * WINDOWS.len());
    assert_within(&compared, &WINDOWS);
}
