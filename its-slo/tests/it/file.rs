//! The file: what it takes, what it refuses and where, and that it reads what it writes.

use std::time::Duration;

use its_slo::file::{Definitions, Format};
use its_slo::objective::{
    Alerting, Budgeting, CalendarUnit, CalendarWindow, Indicator, Severity, Tier, Window,
};
use its_slo::{Slo, SloBuilder};
use proptest::prelude::*;

use crate::support::{days, hours, minutes};

const TOML: &str = r#"
[surroundings]
scrape_interval = "15s"

[[objectives]]
name = "detect"
description = "Frames are analysed"
owner = "vision"
target = "99.9%"
per_tenant = 50
indicator = "availability"
labels = { team = "vision" }

[[objectives]]
name = "fresh"
target = 0.99
window = { calendar = "quarter", time_zone = "Europe/Amsterdam" }
indicator = { freshness = { max_age = "1s500ms" } }
budgeting = { timeslices = { slice = "1m", target = "95 %" } }
alerting = { min_events = 20, resolve_ratio = 0.8, tiers = ["page_fast", { name = "half_day", severity = "ticket", long = "12h", short = "1h", budget_share = "8 %" }] }
surroundings = { events_per_second = 25 }
"#;

fn parse(text: &str, format: Format) -> Result<Vec<Slo>, String> {
    let name = if format == Format::Toml { "slos.toml" } else { "slos.yaml" };
    Definitions::parse(name, text, format)
        .map(|definitions| definitions.slos())
        .map_err(|error| error.to_string())
}

#[test]
fn toml_says_what_the_code_says() {
    let definitions = Definitions::parse("slos.toml", TOML, Format::Toml).expect("objectives");
    let detect = Slo::availability("detect").description("Frames are analysed").owner("vision");
    let detect = detect.target(0.999).per_tenant(50).label("team", "vision").build().expect("objective");
    let half_day = Tier {
        name: "half_day".into(),
        severity: Severity::Ticket,
        long: hours(12),
        short: hours(1),
        budget_share: 0.08,
    };
    let mut alerting = Alerting::of(vec![Tier::PAGE_FAST, half_day]);
    (alerting.min_events, alerting.resolve_ratio) = (20, 0.8);
    let quarter = CalendarWindow::new(CalendarUnit::Quarter, "Europe/Amsterdam").expect("zone");
    let fresh = Slo::freshness("fresh", Duration::from_millis(1_500))
        .target(0.99)
        .window(Window::Calendar(quarter))
        .budgeting(Budgeting::Timeslices { slice: minutes(1), target: 0.95 })
        .alerting(alerting);
    assert_eq!(definitions.slos(), [detect, fresh.build().expect("objective")]);
    let around = &definitions.objectives[1].surroundings;
    assert_eq!(around.events_per_second, Some(25.0));
    assert_eq!(around.scrape_interval, Some(Duration::from_secs(15)), "what holds for all");
}

#[test]
fn each_error_names_the_file_the_place_and_the_remedy() {
    // An objective's name stands in line 2, whatever follows in line 3.
    let table = [
        (
            "target: 99.9",
            "slos.yaml:3:13: detect: the target 99.9 must be a ratio from 0.5 to 0.99999, such as 0.999",
        ),
        ("target: many", "slos.yaml:3:13: \"many\" is no ratio; write it as 0.999 or as 99.9 %"),
        (
            "target: 0.99\n    window: 30",
            "slos.yaml:4:13: \"30\" is no duration; write a number and its unit",
        ),
        ("target: 0.99\n    window: 32d", "slos.yaml:4:13: detect: the rolling window 2764800s must be"),
        (
            "target: 0.99\n    window: { calendar: month, time_zone: Europe/Atlantis }",
            "slos.yaml:4:13: there is no time zone \"Europe/Atlantis\"; use a name of the IANA database",
        ),
        ("target: 0.99\n    windw: 30d", "slos.yaml:4:5: unknown field `windw`"),
        ("target: 0.99\n    labels: { tenant: a }", "slos.yaml:4:13: detect: the label \"tenant\" is set by"),
        (
            "target: 0.99\n    per_tenant: 0",
            "slos.yaml:4:17: detect: the limit of tenants must be at least 1",
        ),
        (
            "target: 0.99\n    alerting: { tiers: [page_fast, urgent] }",
            "slos.yaml:4:36: there is no tier \"urgent\"; name one of flash, page_fast,",
        ),
        (
            "target: 0.99\n    alerting: { tiers: [page_fast, page_fast] }",
            "slos.yaml:4:36: detect: there are two tiers \"page_fast\"; give each a name of its own",
        ),
        (
            "target: 0.99\n    budgeting: { ratio_timeslices: { slice: 5m } }",
            "slos.yaml:4:16: detect: RatioTimeslices",
        ),
        ("target: [0.99", "slos.yaml:"),
        ("owner: vision", "slos.yaml:4:5: missing field `target`"),
    ];
    for (line, expected) in table {
        let text = format!("objectives:\n  - name: detect\n    {line}\n    indicator: availability\n");
        let message = parse(&text, Format::Yaml).expect_err(line);
        assert!(message.starts_with(expected), "{line}: {message}");
    }
}

#[test]
fn toml_errors_have_places_too() {
    let table = [
        ("target = \"99.9%\"", "target = 99.9", "slos.toml:9:10: detect: the target 99.9 must be"),
        ("target = \"99.9%\"", "target = 99.9.9", "slos.toml:9:"),
        ("name = \"fresh\"", "name = \"detect\"", "slos.toml:15:8: there are two objectives \"detect\""),
        ("\"1s500ms\"", "\"soon\"", "slos.toml:18:"),
        ("per_tenant = 50", "per_tennant = 50", "slos.toml:10:1: unknown field `per_tennant`"),
        ("\"page_fast\", ", "\"page_first\", ", "slos.toml:20:"),
    ];
    for (from, to, expected) in table {
        let message = parse(&TOML.replacen(from, to, 1), Format::Toml).expect_err(to);
        assert!(message.starts_with(expected), "{to}: {message}");
    }
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let text = "objectives:\n  - { name: A, target: 0.99, indicator: probe }\n  - { name: b, target: 2, indicator: probe }\n";
    let message = parse(text, Format::Yaml).expect_err("two errors");
    let lines: Vec<_> = message.lines().map(|line| line.split(' ').next().expect("a place")).collect();
    assert_eq!(lines, ["slos.yaml:2:13:", "slos.yaml:3:24:"]);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Definitions::load("nowhere/slos.yaml").expect_err("no file").to_string();
    assert!(error.starts_with("nowhere/slos.yaml: "), "{error}");
}

fn ratios() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.999), Just(0.95), Just(0.99999), 0.5..0.99999]
}

fn indicators() -> impl Strategy<Value = Indicator> {
    prop_oneof![
        Just(Indicator::Availability),
        (1_u64..10_000_000_000)
            .prop_map(|nanos| Indicator::Latency { threshold: Duration::from_nanos(nanos) }),
        (1_u64..100_000).prop_map(|millis| Indicator::Freshness { max_age: Duration::from_millis(millis) }),
        (0.01..500.0).prop_map(|min_per_second| Indicator::Throughput { min_per_second }),
        Just(Indicator::Probe),
        Just(Indicator::Events),
    ]
}

fn windows() -> impl Strategy<Value = Window> {
    let zone = prop_oneof![Just("UTC"), Just("Europe/Amsterdam"), Just("America/New_York")];
    let unit = prop_oneof![Just(CalendarUnit::Week), Just(CalendarUnit::Month), Just(CalendarUnit::Quarter)];
    prop_oneof![
        (3_600_u64..=2_678_400).prop_map(|seconds| Window::Rolling(Duration::from_secs(seconds))),
        (unit, zone)
            .prop_map(|(unit, zone)| Window::Calendar(CalendarWindow::new(unit, zone).expect("zone"))),
    ]
}

fn alertings() -> impl Strategy<Value = Alerting> {
    let own = ("[a-z]{1,8}", 120_u64..100_000, 0.001..1.0).prop_map(|(name, long, budget_share)| Tier {
        name: format!("own_{name}").into(),
        severity: Severity::Ticket,
        long: Duration::from_secs(long),
        short: Duration::from_secs(long / 12),
        budget_share,
    });
    (proptest::option::of(own), 0_u64..100, 1_u64..10, 0.1..=1.0, any::<bool>()).prop_map(
        |(own, min_events, min_bad_events, resolve_ratio, flash)| {
            let mut alerting = if flash { Alerting::standard().and_flash() } else { Alerting::tickets() };
            alerting.tiers.extend(own);
            (alerting.min_events, alerting.min_bad_events) = (min_events, min_bad_events);
            alerting.resolve_ratio = resolve_ratio;
            alerting
        },
    )
}

pub(crate) fn slos() -> impl Strategy<Value = Slo> {
    let texts = (
        "[a-z][a-z0-9_-]{0,20}[a-z0-9]",
        "[ -~]{0,30}",
        "[a-zé: #'\"-]{0,12}",
        proptest::option::of("[a-z][a-z0-9]{0,8}"),
    );
    let slices = proptest::option::of((1_u64..=3_600, 0.01..=1.0));
    let tenants = proptest::option::of(1_usize..1_000);
    let labels = proptest::collection::btree_map("x_[a-z]{1,6}", "[ -~]{0,12}", 0..3);
    (texts, ratios(), windows(), indicators(), slices, labels, tenants, alertings()).prop_map(
        |(
            (name, description, owner, calls_of),
            target,
            window,
            indicator,
            slices,
            labels,
            tenants,
            alerting,
        )| {
            let mut builder = Slo::builder(name, indicator).description(description).owner(owner);
            builder = calls_of.into_iter().fold(builder, SloBuilder::calls_of);
            builder = builder.target(target).window(window).alerting(alerting);
            if let Some((slice, target)) = slices {
                let slice = Duration::from_secs(slice);
                builder = builder.budgeting(Budgeting::Timeslices { slice, target });
            }
            builder = labels.into_iter().fold(builder, |builder, (name, value)| builder.label(name, value));
            builder = tenants.into_iter().fold(builder, |builder, limit| builder.per_tenant(limit));
            builder.build().expect("an objective")
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_reads_as_the_same(slo in slos()) {
        let written = Definitions::of([slo.clone()]);
        for (text, format) in [(written.to_yaml(), Format::Yaml), (written.to_toml(), Format::Toml)] {
            prop_assert_eq!(parse(&text, format), Ok(vec![slo.clone()]), "{}", text);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "[ -~\n]{0,200}", toml in any::<bool>()) {
        let format = if toml { Format::Toml } else { Format::Yaml };
        let _ = parse(&text, format);
    }
}

#[test]
fn queries_are_written_too() {
    let yaml = r#"
objectives:
- name: gateway
  target: 99.5 %
  window: 28d
  indicator: { queries: { bad_ratio: { bad: 'sum(rate(a{code="5.."}[{{.window}}]))', total: 'sum(rate(a[{{.window}}]))' } } }
- name: queue
  target: 95 %
  indicator: { queries: { threshold: { query: queue_length, operator: "<=", value: "5" } } }
  budgeting: { timeslices: { slice: 1m, target: 100 % } }
- name: upstream
  target: 99 %
  indicator: { queries: { success_ratio: { query: up:ratio } } }
  budgeting: { ratio_timeslices: { slice: 5m } }
"#;
    let slos = parse(yaml, Format::Yaml).expect("objectives");
    let written = Definitions::of(slos.clone());
    assert_eq!(parse(&written.to_yaml(), Format::Yaml), Ok(slos.clone()));
    assert_eq!(parse(&written.to_toml(), Format::Toml), Ok(slos.clone()));
    assert_eq!(slos[0].window(), &Window::Rolling(days(28)));
}
