//! The budget report, from a real Prometheus with a month of history.

use std::fmt::Write;

use its_test_support::Prometheus;
use serde_json::Value;

use super::{SLOS, its_slo, its_slo_with};

/// 2026-10-01 00:00 in Amsterdam, when the clocks have not gone back yet.
const BEGIN: i64 = 1_790_805_600;
/// 2026-11-01 00:00 in Amsterdam, when they have.
const END: i64 = 1_793_487_600;
const STEP: i64 = 300;

/// Each five minutes 300 events; 2026-10-18 between 12:00 and 12:10 UTC, 400 of them are bad, and on the last day 10.
/// On the 20th the counters begin anew.
pub(super) fn history() -> String {
    let mut text = "# TYPE its_slo_events counter\n".to_owned();
    for result in ["good", "bad"] {
        let mut count = 0;
        for time in (BEGIN..=END).step_by(STEP as usize) {
            // Counted in the five minutes before.
            let bad = match time {
                1_792_325_100 | 1_792_325_400 => 200,
                1_793_487_300 => 10,
                _ => 0,
            };
            if time > BEGIN {
                count += if result == "bad" { bad } else { 300 - bad };
            }
            // A restart of which no event is lost: the first scrape sees what was counted since.
            if time == 1_792_454_400 {
                count = if result == "bad" { 0 } else { 300 };
            }
            writeln!(text, "its_slo_events_total{{slo=\"detect\",result=\"{result}\"}} {count} {time}")
                .expect("a text");
        }
    }
    text + "# EOF\n"
}

#[test]
fn a_month_is_reported_to_the_event() {
    let prometheus = Prometheus::start_with_history(&history());
    let url = format!("http://{}", prometheus.address());
    let arguments =
        ["report", SLOS, "--prometheus", &url, "--period", "2026-10", "--time-zone", "Europe/Amsterdam"];
    let json = its_slo(&[&arguments[..], &["--output", "json"]].concat()).ok();
    let report: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(report["period"]["from_seconds"], BEGIN);
    assert_eq!(report["period"]["to_seconds"], END);
    let detect = &report["objectives"][0];
    let events = (END - BEGIN) / STEP * 300;
    assert_eq!(detect["name"], "detect");
    assert_eq!(detect["events"], events as f64, "{json}");
    assert_eq!(detect["bad"], 410.0);
    let spent = 410.0 / (events as f64 * 0.001);
    assert!((detect["budget_spent"].as_f64().expect("a ratio") - spent).abs() < 1e-9, "{json}");
    let days: Vec<_> = detect["worst_days"].as_array().expect("days").iter().map(|day| &day["day"]).collect();
    assert_eq!(days, ["2026-10-18", "2026-10-31"]);
    assert_eq!(detect["worst_days"][0]["bad"], 400.0);
    assert_eq!(report["objectives"][1]["error_ratio"], Value::Null, "nothing was counted");

    let markdown = its_slo(&arguments).ok();
    assert!(
        markdown.starts_with(
            "# Error budgets 2026-10\n\n2026-10-01 00:00 to 2026-11-01 00:00 (Europe/Amsterdam)\n"
        )
    );
    let row = markdown.lines().find(|line| line.contains("detect ")).expect("a row");
    let cells: Vec<_> = row.split('|').map(str::trim).collect();
    let expected = ["detect", "", "99.9 %", "events", "2682000", "410", "0.01529 %", "15.29 %", "84.71 %"];
    assert_eq!(cells[1..10], expected, "{markdown}");
}

#[test]
fn tenants_and_slices_have_rows_of_their_own() {
    let objectives = "objectives:\n  - { name: detect, target: 99 %, indicator: availability, per_tenant: 5 }\n  \
                      - { name: camera-fps, target: 99 %, indicator: { throughput: { min_per_second: 12.5 } } }\n";
    // Each five minutes 100 events of either tenant, and five slices; one in so many is bad.
    let counted = [
        ("events", "slo=\"detect\",tenant=\"amsterdam\"", 100, 0),
        ("events", "slo=\"detect\",tenant=\"berlin\"", 100, 1),
        ("slices", "slo=\"camera-fps\"", 5, 2),
    ];
    let mut history = String::new();
    for (n, (name, labels, all, bad)) in counted.into_iter().enumerate() {
        if n != 1 {
            writeln!(history, "# TYPE its_slo_{name} counter").expect("a text");
        }
        for (result, each) in [("good", all - bad), ("bad", bad)] {
            for (count, time) in (0..).zip((BEGIN..=END).step_by(STEP as usize)) {
                let value = each * count;
                writeln!(history, "its_slo_{name}_total{{{labels},result=\"{result}\"}} {value} {time}")
                    .expect("a text");
            }
        }
    }
    let prometheus = Prometheus::start_with_history(&(history + "# EOF\n"));
    let url = format!("http://{}", prometheus.address());
    let period = ["--period", "2026-10", "--time-zone", "Europe/Amsterdam", "--output", "json"];
    let arguments = [&["report", "-", "--prometheus", &url], &period[..]].concat();
    let report: Value = serde_json::from_str(&its_slo_with(&arguments, objectives).ok()).expect("JSON");
    let steps = ((END - BEGIN) / STEP) as f64;
    let rows: Vec<_> = report["objectives"].as_array().expect("rows").iter().collect();
    let expected = [
        ("detect", Value::from("amsterdam"), "events", 100.0, 0.0),
        ("detect", Value::from("berlin"), "events", 100.0, 1.0),
        ("camera-fps", Value::Null, "slices", 5.0, 2.0),
    ];
    assert_eq!(rows.len(), expected.len(), "{report}");
    for (row, (name, tenant, unit, all, bad)) in rows.into_iter().zip(expected) {
        assert_eq!((&row["name"], &row["tenant"], &row["unit"]), (&name.into(), &tenant, &unit.into()));
        assert_eq!((&row["events"], &row["bad"]), (&(all * steps).into(), &(bad * steps).into()), "{row}");
        let spent = row["budget_spent"].as_f64().expect("a ratio");
        assert!((spent - bad / all / 0.01).abs() < 1e-9, "{row}");
        assert_eq!(row["worst_days"].as_array().map(Vec::len), Some(if bad > 0.0 { 3 } else { 0 }), "{row}");
    }
}

#[test]
fn a_dead_prometheus_and_one_that_refuses_are_errors() {
    let error = its_slo(&["report", SLOS, "--prometheus", "http://127.0.0.1:9"]).failed();
    assert!(error.starts_with("http://127.0.0.1:9/api/v1/query: no answer: "), "{error}");
    assert!(error.ends_with("is the address right, and is it up?\n"), "{error}");
    let prometheus = Prometheus::start(&[], &[]);
    let url = format!("http://{}", prometheus.address());
    let error = its_slo(&["report", SLOS, "--prometheus", &url, "--selector", "job=gateway"]).failed();
    assert!(error.contains("Prometheus refuses sum by (slo, tenant, result)"), "{error}");
    let error = its_slo(&["report", SLOS, "--prometheus", &url, "--period", "2126-10"]).failed();
    assert!(error.contains("has not begun"), "{error}");
}
