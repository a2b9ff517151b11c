//! How far apart a tracker and Prometheus may be, as the documentation of `its_slo::rules` says.

use std::time::Duration;

use its_slo::WindowCounts;
use its_slo::rules::Bound as Published;

use super::promtool::ranges_are_open;
use super::trace::Trace;

/// Of what staged windows are made, in seconds.
const BASE: i64 = 300;

/// Windows up to this are raw, in seconds.
const LONGEST_RAW: u64 = 6 * 3_600;

/// A window at an instant, and the interval of the rules, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub(crate) at: u64,
    pub(crate) window: u64,
    pub(crate) interval: u64,
}

/// What is published of a window, and the events in its zones and in those that faults make.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bound {
    published: Published,
    in_zones: WindowCounts,
}

impl Bound {
    pub(crate) fn of(trace: &Trace, reading: Reading) -> Self {
        let staged = reading.window > LONGEST_RAW;
        let (at, begin) = (reading.at as i64, reading.at as i64 - reading.window as i64);
        let (window, scrape) = (Duration::from_secs(reading.window), Duration::from_secs(trace.scrape));
        let interval = Duration::from_secs(reading.interval);
        let published = Published::of_rules(window, scrape, interval);
        let seconds = |duration: Duration| duration.as_secs() as i64;
        let reach = if staged { seconds(Published::reach(scrape, interval)) } else { 0 };
        let slot = seconds(Published::of_counters(window, scrape).before_begin);
        let first = begin - seconds(published.before_begin);
        let scrape = trace.scrape as i64;
        let mut zones = Vec::new();
        let aligned = !ranges_are_open() && at % scrape == 0 && begin % scrape == 0 && begin % slot == 0;
        if staged || !aligned {
            zones.push((first, begin + seconds(published.after_begin)));
            zones.push((at - seconds(published.before_end), at));
        }
        let mut lost = |from: i64, to: i64| {
            zones.push((if staged { from - reach } else { from }, if staged { to + reach } else { to }));
        };
        if trace.first > 0 {
            lost(i64::MIN / 2, trace.first as i64);
        }
        for reset in &trace.resets {
            lost(last_scrape(trace, *reset), *reset as i64);
        }
        for missing in &trace.missing {
            // A window may begin, or end, where nothing is scraped.
            let next = (missing.end..).find(|time| time % trace.scrape == 0 && trace.is_scraped(*time));
            lost(last_scrape(trace, missing.start), next.unwrap_or(missing.end) as i64);
        }
        let (good, bad) = counted(trace, zones, first, at);
        // A range that begins with a zero is not extrapolated to its begin, and another one is.
        let whole = zone_free(trace) && aligned && !staged;
        let (from, samples) =
            if staged { (at - BASE, BASE / scrape) } else { (begin, samples(trace, begin, at)) };
        let published = if whole || from < 0 && samples < 2 {
            Published::EQUAL
        } else {
            published.with_scrapes(samples.max(0) as u64)
        };
        Self { published, in_zones: WindowCounts { good, bad } }
    }

    /// Whether it leaves so little of these events that any ratio is within it.
    pub(crate) fn says_nothing(&self, (good, bad): (f64, f64)) -> bool {
        // Half an event is what interpolation and rounding may make of none.
        good + bad - self.in_zones.total() <= 0.5
    }

    /// Whether Prometheus' error ratio is within it; else what was expected.
    pub(crate) fn check(&self, (good, bad): (f64, f64), asked: Option<f64>) -> Result<(), String> {
        let (all, open) = (good + bad, self.in_zones.total());
        let Some(asked) = asked else {
            return if all <= open { Ok(()) } else { Err("a ratio".into()) };
        };
        if self.says_nothing((good, bad)) {
            return if (0.0..=1.0 + 1e-9).contains(&asked) { Ok(()) } else { Err("a ratio".into()) };
        }
        let ratios = self.published.error_ratios(WindowCounts { good, bad }, self.in_zones);
        // What is added up and divided in another order is rounded otherwise.
        let (least, most) = (ratios.start() * (1.0 - 1e-9), ratios.end() * (1.0 + 1e-9));
        if (least..=most).contains(&asked) { Ok(()) } else { Err(format!("{least} to {most}")) }
    }
}

fn zone_free(trace: &Trace) -> bool {
    trace.first == 0 && trace.resets.is_empty() && trace.missing.is_empty()
}

/// Second of the last scrape before `time`; that there was none is long ago.
fn last_scrape(trace: &Trace, time: u64) -> i64 {
    let before = (0..=time / trace.scrape).rev().map(|n| n * trace.scrape);
    before
        .filter(|scrape| *scrape <= time)
        .find(|scrape| trace.is_scraped(*scrape))
        .map_or(i64::MIN / 2, |scrape| scrape as i64)
}

/// Samples of a range.
fn samples(trace: &Trace, begin: i64, end: i64) -> i64 {
    let times = (0..=end as u64).step_by(trace.scrape as usize);
    times.filter(|time| *time as i64 >= begin && trace.is_scraped(*time)).count() as i64
}

/// The events in any of the zones, once, as far as they matter to the window.
fn counted(trace: &Trace, mut zones: Vec<(i64, i64)>, begin: i64, end: i64) -> (f64, f64) {
    zones.sort_unstable();
    let (mut sum, mut done) = ((0.0, 0.0), begin.max(0));
    for (from, to) in zones {
        let (from, to) = (from.max(done), to.min(end));
        if to > from {
            let (good, bad) = trace.within(from, to);
            sum = (sum.0 + good, sum.1 + bad);
            done = to;
        }
    }
    sum
}
