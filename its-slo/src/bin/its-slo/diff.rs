//! `its-slo diff`

use std::collections::BTreeMap;
use std::time::Duration;

use its_slo::duration;
use its_slo::report::{SloPage, SloStatus, WindowStatus};

use crate::Answer;
use crate::format::significant;
use crate::input;
use crate::prometheus::{self, Counted, CountsBySlo, Prometheus, Server};
use crate::table::table;

/// For each shown window, the longest slot of the tracker's history that lies at its edge.
const SLOTS: [(&str, u64); 8] =
    [("5m", 5), ("30m", 60), ("1h", 60), ("2h", 60), ("6h", 60), ("1d", 600), ("3d", 600), ("30d", 3_600)];

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The page `/slo` of a service: its address, a file with its JSON, or `-` for standard input
    page: String,
    #[command(flatten)]
    prometheus: Server,
    /// How often Prometheus scrapes the service, such as 15s
    #[arg(long, value_parser = duration::parse, default_value = "15s")]
    scrape_interval: Duration,
    /// How far counts may differ, as a ratio of the events; by default what two scrapes and the tracker's slot hold
    #[arg(long)]
    tolerance: Option<f64>,
}

const HEADER: [&str; 8] =
    ["objective", "tenant", "window", "process bad/all", "Prometheus bad/all", "difference", "tolerance", ""];

pub(crate) fn run(arguments: &Arguments) -> Result<Answer, String> {
    let page = page(&arguments.page)?;
    let prometheus = Prometheus::new(&arguments.prometheus);
    let mut asked = BTreeMap::new();
    let (mut rows, mut beyond) = (Vec::new(), 0);
    for slo in &page.slos {
        for window in &slo.windows {
            let counter = if slo.slices.is_some() { "its_slo_slices_total" } else { "its_slo_events_total" };
            let length = duration::parse(&window.window)?.as_secs();
            let counts: &CountsBySlo = match asked.entry((counter, length)) {
                std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::btree_map::Entry::Vacant(entry) => {
                    entry.insert(prometheus.counted(counter, length, page.time_seconds)?)
                }
            };
            let key = (slo.name.clone(), slo.tenant.clone());
            let theirs = counts.get(&key).copied().unwrap_or_default();
            let (row, agrees) = compare(arguments, slo, window, theirs, length);
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

/// From a service, a file or standard input.
fn page(from: &str) -> Result<SloPage, String> {
    let (name, json) = if from.starts_with("http://") || from.starts_with("https://") {
        (from.to_owned(), prometheus::get(&prometheus::agent(), from, &[])?)
    } else {
        input::read(from)?
    };
    SloPage::from_json(&json).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("{name}:{line}:{column}: {error}; give the JSON that a service has at /slo")
    })
}

fn compare(
    arguments: &Arguments,
    slo: &SloStatus,
    window: &WindowStatus,
    theirs: Counted,
    length: u64,
) -> (Vec<String>, bool) {
    let ours = Counted { good: window.good, bad: window.bad };
    let difference = (ours.bad - theirs.bad).abs().max((ours.all() - theirs.all()).abs());
    let share = arguments.tolerance.unwrap_or_else(|| {
        let slot = SLOTS.iter().find(|(name, _)| *name == window.window).map_or(0, |(_, slot)| *slot);
        (2.0 * arguments.scrape_interval.as_secs_f64() + slot as f64) / length as f64
    });
    // One event can always be on its way.
    let tolerance = (share * ours.all().max(theirs.all())).max(1.0);
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
