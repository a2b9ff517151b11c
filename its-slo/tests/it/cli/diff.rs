//! What a service counted, against a real Prometheus.

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use its_slo::objective::Budgeting;
use its_slo::report::SloPage;
use its_slo::{ManualClock, Slo, Slos, Snapshot};
use its_test_support::{Prometheus, Scrape, wait_until};

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

    // Steadily one is bad each five seconds: 150 seconds of an hour are in the zones, and a scrape around each.
    let with_bad = |more: f64| {
        let mut page = page.clone();
        page.slos[0].windows[2].bad += more;
        diff(&prometheus, &page, &[])
    };
    assert!(with_bad(30.0).succeeded && with_bad(-30.0).succeeded);
    assert!(!with_bad(50.0).succeeded && !with_bad(-50.0).succeeded);

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

#[test]
fn tenants_and_slices_are_compared_each_with_its_own() {
    let clock = ManualClock::new(UNIX_EPOCH + Duration::from_secs(START));
    let slices = Budgeting::Timeslices { slice: Duration::from_secs(60), target: 0.9 };
    let slos = Slos::builder()
        .clock(clock.clone())
        .slo(Slo::availability("detect").per_tenant(2).build().expect("objective"))
        .slo(Slo::availability("sliced").budgeting(slices).build().expect("objective"))
        .build()
        .expect("objectives");
    let tracker = |slo, tenant| slos.tracker(slo, tenant).expect("tracker");
    let tenants = ["amsterdam", "berlin", "no_room"].map(|tenant| tracker("detect", Some(tenant)));
    let sliced = tracker("sliced", None);
    let mut lines = std::collections::BTreeMap::<String, String>::new();
    for tick in 0..=3_600 / 5 {
        let time = START + tick * 5;
        if time.is_multiple_of(SCRAPE) {
            for (series, count) in exported(&slos) {
                writeln!(lines.entry(series.clone()).or_default(), "{series} {count} {time}")
                    .expect("a text");
            }
        }
        if tick == 3_600 / 5 {
            break;
        }
        for (n, tenant) in (1..).zip(&tenants) {
            tenant.record_items(n);
            tenant.record(!tick.is_multiple_of(n * 7));
        }
        sliced.record(tick % 100 < 60);
        clock.advance(Duration::from_secs(5));
        slos.tick();
    }
    let families = ["events", "slices"].map(|name| {
        let of: String =
            lines.iter().filter(|(series, _)| series.contains(name)).map(|(_, l)| &**l).collect();
        format!("# TYPE its_slo_{name} counter\n{of}")
    });
    let prometheus = Prometheus::start_with_history(&format!("{}# EOF\n", families.concat()));
    let page = SloPage::of(&slos.snapshot(), UNIX_EPOCH + Duration::from_secs(START + 3_600));
    let said = diff(&prometheus, &page, &[]).ok();
    let rows: Vec<Vec<_>> =
        said.lines().skip(2).map(|line| line.split('|').map(str::trim).collect()).collect();
    let names: Vec<_> = rows.iter().map(|row| (row[1], row[2])).step_by(8).collect();
    assert_eq!(
        names,
        [("detect", "_other"), ("detect", "amsterdam"), ("detect", "berlin"), ("sliced", "")],
        "{said}"
    );
    let hour = |name: &str, tenant: &str| {
        let row = rows.iter().find(|row| row[1..4] == [name, tenant, "1h"]).expect("a row");
        (row[4].to_owned(), row[5].to_owned())
    };
    let same = |text: &str| (text.to_owned(), text.to_owned());
    assert_eq!(hour("detect", "amsterdam"), same("103/1440"), "{said}");
    assert_eq!(hour("detect", "berlin"), same("52/2160"), "{said}");
    assert_eq!(hour("detect", "_other"), same("35/2880"), "{said}");
    // The sixtieth slice is judged at the next tick.
    assert_eq!(hour("sliced", ""), same("28/59"), "{said}");

    // One tenant's events are no excuse for another's.
    let mut swapped = page.clone();
    let (other, amsterdam) = (swapped.slos[0].windows[2].clone(), swapped.slos[1].windows[2].clone());
    (swapped.slos[0].windows[2], swapped.slos[1].windows[2]) = (amsterdam, other);
    let said = diff(&prometheus, &swapped, &[]);
    assert!(said.error.starts_with("2 of 32 windows differ"), "{}{}", said.output, said.error);
}

/// The counters of all trackers, as a process exports them.
fn exported(slos: &Slos) -> Vec<(String, u64)> {
    let of = |snapshot: &Snapshot| {
        let (slo, tenant) = (&snapshot.slo, snapshot.tenant.as_deref().unwrap_or_default());
        let pairs = [Some(("events", snapshot.events)), snapshot.slices.map(|slices| ("slices", slices))];
        pairs
            .into_iter()
            .flatten()
            .flat_map(move |(name, counts)| {
                [("good", counts.good), ("bad", counts.bad)].map(|(result, count)| {
                    let labels = format!("slo=\"{slo}\",tenant=\"{tenant}\",result=\"{result}\"");
                    (format!("its_slo_{name}_total{{{labels}}}"), count)
                })
            })
            .collect::<Vec<_>>()
    };
    slos.snapshot().iter().flat_map(of).collect()
}

/// A service with `/metrics` and `/slo`, in which something happens at each scrape.
fn live() -> SocketAddr {
    let slo = Slo::availability("detect").per_tenant(5).build().expect("objective");
    let slos = Slos::builder().slo(slo).build().expect("objectives");
    let tracker = slos.tracker("detect", Some("amsterdam")).expect("tracker");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address");
    let answer = move |mut stream: TcpStream| -> io::Result<()> {
        let mut line = String::new();
        let mut request = BufReader::new(&stream);
        request.read_line(&mut line)?;
        let is_page = line.starts_with("GET /slo");
        while request.read_line(&mut line)? > 2 {}
        slos.tick();
        let body = if is_page {
            SloPage::of(&slos.snapshot(), SystemTime::now()).to_json()
        } else {
            let text = exported(&slos).into_iter().map(|(series, count)| format!("{series} {count}\n"));
            text.collect()
        };
        if !is_page {
            tracker.record_items(90);
            (0..10).for_each(|_| tracker.record(false));
        }
        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/plain; version=0.0.4";
        write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
    };
    // A client that goes away is no failure of this test.
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(answer(stream))));
    address
}

#[test]
fn a_live_service_and_its_scrapes_agree() {
    let service = live();
    let interval = Duration::from_millis(200);
    let prometheus = Prometheus::start(&[Scrape::new("detect", service).interval(interval)], &[]);
    wait_until(Duration::from_secs(30), "twenty scrapes", || {
        match prometheus.query("its_slo_events_total{result=\"bad\"}").first() {
            Some(bad) if bad.value >= 200.0 => Ok(()),
            bad => Err(format!("{bad:?}")),
        }
    });
    let (page, url) = (format!("http://{service}/slo"), format!("http://{}", prometheus.address()));
    let arguments = ["diff", &page, "--prometheus", &url, "--scrape-interval", "200ms"];
    let said = its_slo_with(&[&arguments[..], &["--selector", "job=\"detect\""]].concat(), "").ok();
    assert!(said.lines().filter(|line| line.contains("amsterdam") && line.contains(" ok ")).count() == 8);
    let none = its_slo_with(&[&arguments[..], &["--selector", "job=\"other\""]].concat(), "");
    assert!(none.error.starts_with("8 of 8 windows differ"), "{}{}", none.output, none.error);
}
