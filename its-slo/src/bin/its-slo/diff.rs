//! `its-slo diff`

use std::collections::BTreeMap;
use std::time::Duration;

use its_slo::duration;
use its_slo::report::{SloPage, SloStatus, WindowStatus};
use its_slo::rules::Bound;

use crate::Answer;
use crate::format::significant;
use crate::input;
use crate::prometheus::{self, Counted, CountsBySlo, Prometheus, Server};
use crate::table::table;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The page `/slo` of a service: its address, a file with its JSON, or `-` for standard input
    page: String,
    #[command(flatten)]
    prometheus: Server,
    /// How often Prometheus scrapes the service, such as 15s; of a live page, the next scrape is waited for
    #[arg(long, value_parser = duration::parse, default_value = "15s")]
    scrape_interval: Duration,
    /// How far counts may differ, as a ratio of the events; by default as far as the documentation of the rules says
    #[arg(long)]
    tolerance: Option<f64>,
}

const HEADER: [&str; 8] =
    ["objective", "tenant", "window", "process bad/all", "Prometheus bad/all", "difference", "tolerance", ""];

/// What Prometheus has of one counter and window.
struct Asked {
    bound: Bound,
    window: CountsBySlo,
    /// Where the process and Prometheus may count differently: around the window's begin, and before its end.
    zones: [CountsBySlo; 2],
}

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, String> {
    let page = page(&arguments.page)?;
    let prometheus = Prometheus::new(&arguments.prometheus);
    if is_address(&arguments.page) {
        prometheus.wait_for_scrape(page.time_seconds, 2 * arguments.scrape_interval)?;
    }
    let mut asked = BTreeMap::new();
    let (mut rows, mut beyond) = (Vec::new(), 0);
    for slo in &page.slos {
        for window in &slo.windows {
            let counter = if slo.slices.is_some() { "its_slo_slices_total" } else { "its_slo_events_total" };
            let length = duration::parse(&window.window)?;
            let asked: &Asked = match asked.entry((counter, length)) {
                std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::btree_map::Entry::Vacant(entry) => {
                    let scrape = arguments.scrape_interval;
                    entry.insert(Asked::ask(&prometheus, counter, length, page.time_seconds, scrape)?)
                }
            };
            let (row, agrees) = compare(arguments, slo, window, asked);
            beyond += usize::from(!agrees);
            rows.push(row);
        }
    }
    let windows = rows.len();
    let notes = if beyond == 0 {
        String::new()
    } else {
        format!(
            "{beyond} of {windows} windows differ by more than their tolerance; is every replica selected and none \
             else, and has Prometheus scraped for so long?"
        )
    };
    Ok(Answer { text: table(&HEADER, rows), notes, failed: beyond > 0 })
}

impl Asked {
    fn ask(
        prometheus: &Prometheus<'_>,
        counter: &str,
        length: Duration,
        end: f64,
        scrape: Duration,
    ) -> Result<Self, String> {
        let bound = Bound::of_counters(length, scrape);
        let begin = end - length.as_secs_f64();
        // With the last scrape before a zone and the first one after it, between which all of its events are seen.
        let zone = |length: Duration, end: f64| {
            prometheus.counted(counter, length + 2 * scrape, end + scrape.as_secs_f64())
        };
        let zones = [
            zone(bound.before_begin + bound.after_begin, begin + bound.after_begin.as_secs_f64())?,
            zone(bound.before_end, end)?,
        ];
        Ok(Self { bound, window: prometheus.counted(counter, length, end)?, zones })
    }
}

/// From a service, a file or standard input.
fn page(from: &str) -> Result<SloPage, String> {
    let (name, json) = if is_address(from) {
        (from.to_owned(), prometheus::get(&prometheus::agent(), from, &[])?)
    } else {
        input::read(from)?
    };
    SloPage::from_json(&json).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("{name}:{line}:{column}: {error}; give the JSON that a service has at /slo")
    })
}

fn is_address(page: &str) -> bool {
    page.starts_with("http://") || page.starts_with("https://")
}

fn compare(
    arguments: &Arguments,
    slo: &SloStatus,
    window: &WindowStatus,
    asked: &Asked,
) -> (Vec<String>, bool) {
    let key = (slo.name.clone(), slo.tenant.clone());
    let of = |counts: &CountsBySlo| counts.get(&key).copied().unwrap_or_default();
    let ours = Counted { good: window.good, bad: window.bad };
    let theirs = of(&asked.window);
    let [begin, end] = [of(&asked.zones[0]), of(&asked.zones[1])];
    let allowed = |ours: f64, theirs: f64, in_zones: f64| {
        let counts = asked.bound.counts(ours, in_zones);
        if theirs < ours { ours - counts.start() } else { counts.end() - ours }
    };
    let part = |of: fn(&Counted) -> f64| {
        let (ours, theirs) = (of(&ours), of(&theirs));
        let tolerance = match arguments.tolerance {
            Some(share) => share * ours.max(theirs),
            None => allowed(ours, theirs, of(&begin) + of(&end)),
        };
        // One event can always be on its way.
        ((ours - theirs).abs(), tolerance.max(1.0))
    };
    // The one of which more of the tolerance is used up.
    let [good, bad] = [part(|counted| counted.good), part(|counted| counted.bad)];
    let (difference, tolerance) = if good.0 / good.1 > bad.0 / bad.1 { good } else { bad };
    let agrees = difference <= tolerance;
    let pair =
        |counted: Counted| format!("{}/{}", significant_count(counted.bad), significant_count(counted.all()));
    let row = vec![
        slo.name.clone(),
        slo.tenant.clone().unwrap_or_default(),
        window.window.clone(),
        pair(ours),
        pair(theirs),
        significant(difference),
        significant(tolerance),
        if agrees { "ok" } else { "differs" }.into(),
    ];
    (row, agrees)
}

/// Counts at a window's edge are interpolated: one decimal says so.
fn significant_count(count: f64) -> String {
    let text = format!("{count:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}
