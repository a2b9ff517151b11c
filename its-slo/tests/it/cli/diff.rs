//! What a service counted, against a real Prometheus.

use std::fmt::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use its_slo::report::SloPage;
use its_slo::{ManualClock, Slo, Slos};
use its_test_support::Prometheus;

use super::{Said, its_slo_with};

/// A multiple of the tracker's slots.
const START: u64 = 1_793_577_600;
const SCRAPE: u64 = 15;

/// Seven hours of one service: its page, and what Prometheus has scraped.
pub(super) fn service() -> (SloPage, String) {
    let clock = ManualClock::new(UNIX_EPOCH + Duration::from_secs(START));
    let slo = Slo::availability("detect").build().expect("objective");
    let slos = Slos::builder().clock(clock.clone()).slo(slo).build().expect("objectives");
    let detect = slos.tracker("detect", None).expect("tracker");
    let (mut good, mut bad) = (String::new(), String::new());
    let mut time = START;
    loop {
        if time.is_multiple_of(SCRAPE) {
            let events = detect.events();
            let line = |text: &mut String, result: &str, count: u64| {
                writeln!(text, "its_slo_events_total{{slo=\"detect\",result=\"{result}\"}} {count} {time}")
            };
            line(&mut good, "good", events.good).expect("a text");
            line(&mut bad, "bad", events.bad).expect("a text");
        }
        if time == START + 7 * 3_600 {
            break;
        }
        detect.record_items(20);
        (0..time / 5 % 3).for_each(|_| detect.record(false));
        clock.advance(Duration::from_secs(5));
        slos.tick();
        time += 5;
    }
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(time);
    let history = format!("# TYPE its_slo_events counter\n{good}{bad}# EOF\n");
    (SloPage::of(&slos.snapshot(), now), history)
}

fn diff(prometheus: &Prometheus, page: &SloPage, more: &[&str]) -> Said {
    let url = format!("http://{}", prometheus.address());
    its_slo_with(&[&["diff", "-", "--prometheus", &url], more].concat(), &page.to_json())
}

#[test]
fn both_count_the_same_and_what_differs_is_found() {
    let (page, history) = service();
    let prometheus = Prometheus::start_with_history(&history);
    let said = diff(&prometheus, &page, &["--tolerance", "0"]).ok();
    let cells = |line: &str| -> Vec<String> { line.split('|').map(|cell| cell.trim().to_owned()).collect() };
    let row =
        |window: &str| said.lines().map(cells).find(|cells| cells.get(3).is_some_and(|cell| cell == window));
    // 60 ticks of 20 good events and one bad on average, and 4,320 of them.
    assert_eq!(row("5m").expect("a row")[4..], ["60/1260", "60/1260", "0", "1", "ok", ""], "{said}");
    assert_eq!(row("6h").expect("a row")[4..7], ["4320/90720", "4320/90720", "0"], "{said}");

    let mut wrong = page.clone();
    wrong.slos[0].windows[2].bad += 1_000.0;
    let said = diff(&prometheus, &wrong, &[]);
    assert!(!said.succeeded);
    assert!(said.error.starts_with("1 of 8 windows differ by more than their tolerance"), "{}", said.error);
    assert!(
        said.output.lines().any(|line| line.contains("| 1h ") && line.contains("differs")),
        "{}",
        said.output
    );
}
