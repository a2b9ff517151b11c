//! A real Prometheus and a tracker whose time passes sixty times faster: five minutes are five seconds.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use its_slo::rules::{Options, rule_file};
use its_slo::{Clock, Counts, Slo, Slos, WindowCounts};
use its_test_support::{Point, Prometheus, wait_until};
use serde_json::json;

use super::bound::{Bound, Reading};
use super::promtool::inlined;
use super::trace::{Random, Trace};
use crate::support::{minutes, start};

const FASTER: u32 = 60;
const SCRAPES: usize = 36;
const WINDOWS: [(&str, Duration); 2] = [("5m", minutes(5)), ("30m", minutes(30))];

#[derive(Debug)]
struct FastClock(Instant);

impl Clock for FastClock {
    fn monotonic(&self) -> Duration {
        self.0.elapsed() * FASTER
    }

    fn wall(&self) -> SystemTime {
        start() + self.monotonic()
    }
}

/// At each scrape: the events since the last one, all events, and those of each window.
#[derive(Clone, Debug, Default)]
struct Log(Vec<((u64, u64), Counts, Vec<WindowCounts>)>);

/// Answers scrapes. With each come new events: a third of them is bad now and then.
fn serve(listener: &TcpListener, slos: &Slos, log: &Mutex<Log>) {
    let tracker = slos.tracker("detect", None).expect("tracker");
    let mut random = Random(1);
    for stream in listener.incoming() {
        let Ok(mut stream) = stream else { continue };
        let mut request = BufReader::new(&stream);
        let mut line = String::new();
        while request.read_line(&mut line).is_ok_and(|length| length > 2) {
            line.clear();
        }
        let all = 1 + random.below(300);
        let bad = if random.chance(40) { all / 3 } else { 0 };
        tracker.record_items(all - bad);
        (0..bad).for_each(|_| tracker.record(false));
        slos.tick();
        let (Counts { good, bad: failed }, windows) =
            (tracker.events(), WINDOWS.map(|(_, window)| tracker.window(window)));
        let entry = ((all - bad, bad), tracker.events(), windows.into());
        let body = format!(
            "# TYPE its_slo_events_total counter\n\
             its_slo_events_total{{slo=\"detect\",result=\"good\"}} {good}\n\
             its_slo_events_total{{slo=\"detect\",result=\"bad\"}} {failed}\n\
             # TYPE its_slo_objective_ratio gauge\nits_slo_objective_ratio{{slo=\"detect\"}} 0.999\n"
        );
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
        // Prometheus that went away is no failure of this test.
        let _ = write!(stream, "{head}content-type: text/plain; version=0.0.4\r\n\r\n{body}");
        log.lock().expect("log").0.push(entry);
    }
}

/// What was counted at the scrape of each second, as a minute of the tracker's time.
fn trace(scrapes: &[(usize, (u64, u64))]) -> Trace {
    let seconds = scrapes.last().map_or(0, |(second, _)| second + 1);
    let mut events = vec![None; seconds];
    scrapes.iter().for_each(|(second, counted)| events[*second] = Some(*counted));
    let minute = |second: usize| (second as u64 + 1) * 60;
    let failed = (0..seconds).filter(|second| events[*second].is_none());
    let missing = failed.map(|second| minute(second)..minute(second) + 1).collect();
    let events = events.into_iter().map(Option::unwrap_or_default).collect();
    Trace { bin: 60, scrape: 60, events, first: 0, resets: Vec::new(), missing }
}

#[test]
fn a_real_prometheus_agrees() {
    let slo = || Slo::availability("detect").build().expect("objective");
    let slos = Slos::builder().clock(FastClock(Instant::now())).slo(slo()).build().expect("objectives");
    let mut options = Options::default();
    options.compression = FASTER;
    let rules = rule_file(&[slo()], &options);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rules.yml");
    std::fs::write(&file, rules.to_yaml()).expect("the file");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let target = listener.local_addr().expect("its address").to_string();
    let log = Arc::new(Mutex::new(Log::default()));
    let logged = Arc::clone(&log);
    thread::spawn(move || serve(&listener, &slos, &logged));
    let prometheus = Prometheus::start_with_config(
        &json!({
            "rule_files": [file],
            "scrape_configs": [{
                "job_name": "detect",
                "scrape_interval": "1s",
                "scrape_timeout": "1s",
                "static_configs": [{ "targets": [target] }],
            }],
        }),
        &[],
    );
    wait_until(Duration::from_secs(50), "scrapes enough", || {
        let seen = log.lock().expect("log").0.len();
        if seen >= SCRAPES { Ok(()) } else { Err(format!("{seen}")) }
    });
    wait_until(Duration::from_secs(20), "alert", || {
        let firing = prometheus.query("ALERTS{alertname=\"SloBurnPageFast\",alertstate=\"firing\"}");
        if firing.len() == 1 { Ok(()) } else { Err(format!("{firing:?}")) }
    });
    let Log(log) = log.lock().expect("log").clone();
    let series = prometheus.raw_series("its_slo_events_total{result=\"good\"}[5m]");
    let points = &series.first().expect("a series").points;
    let second = |point: &Point| (point.timestamp - points[0].timestamp).round() as usize;
    let found: Vec<_> = log
        .iter()
        .filter_map(|entry| {
            let point = points.iter().find(|point| point.value == entry.1.good as f64)?;
            Some((second(point), point.timestamp, entry))
        })
        .collect();
    let trace = trace(&found.iter().map(|(second, _, entry)| (*second, entry.0)).collect::<Vec<_>>());
    let (mut compared, mut greatest) = (0, 0.0_f64);
    for (second, timestamp, (_, _, windows)) in found {
        // Of a window that begins before the first scrape, Prometheus has not seen what was counted at it.
        let full = |length: Duration| second as u64 * 60 >= length.as_secs() + 120;
        for ((window, length), counts) in WINDOWS.iter().zip(windows).filter(|((_, length), _)| full(*length))
        {
            let ratio = inlined(&rules, "slo-detect", &format!("slo:sli_error:ratio_rate{window}"), &[]);
            let query = [("query", &*ratio), ("time", &*format!("{timestamp:.3}"))];
            let answer = prometheus.api("query", &query).expect("an answer");
            let asked =
                answer["result"][0]["value"][1].as_str().map(|value| value.parse().expect("a number"));
            // A scrape comes a little early or late: it is never aligned.
            let reading =
                Reading { at: (second as u64 + 1) * 60 + 1, window: length.as_secs(), interval: 30 };
            let bound = Bound::of(&trace, reading);
            if let Err(expected) = bound.check((counts.good, counts.bad), asked) {
                panic!(
                    "second {second}, {window}: {counts:?}, Prometheus {asked:?}, expected {expected}, {bound:?}"
                );
            }
            compared += 1;
            let difference =
                counts.error_ratio().zip(asked).map_or(0.0, |(ours, theirs)| (ours - theirs).abs());
            greatest = greatest.max(difference);
        }
    }
    println!("{compared} ratios, greatest difference {greatest:.4}");
    assert!(compared >= 25, "{compared}");
}
