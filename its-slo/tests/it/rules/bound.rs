//! How far apart a tracker and Prometheus may be, as the documentation of `its_slo::rules` says.

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

/// Events that one of the two may have counted otherwise, and how differently a range may be extrapolated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bound {
    good: f64,
    bad: f64,
    extrapolated: f64,
}

impl Bound {
    pub(crate) fn of(trace: &Trace, reading: Reading) -> Self {
        let staged = reading.window > LONGEST_RAW;
        let (at, begin) = (reading.at as i64, reading.at as i64 - reading.window as i64);
        let (scrape, slot) = (trace.scrape as i64, slot(reading.window));
        // What happens around a moment moves into the samples after it, and then into the means of those.
        let reach = if staged { BASE + reading.interval as i64 + scrape } else { 0 };
        let mut zones = Vec::new();
        let aligned = !ranges_are_open() && at % scrape == 0 && begin % scrape == 0 && begin % slot == 0;
        if staged || !aligned {
            zones.push((begin - slot - reach, begin + slot + scrape + reach));
            zones.push((at - scrape - reach, at));
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
        let (good, bad) = counted(trace, zones, begin - slot - reach, at);
        // A range that begins with a zero is not extrapolated to its begin, and another one is.
        let whole = zone_free(trace) && aligned && !staged;
        let (from, samples) =
            if staged { (at - BASE, BASE / scrape) } else { (begin, samples(trace, begin, at)) };
        let extrapolated =
            if whole || from < 0 && samples < 2 { 0.0 } else { 1.1 / (samples - 1).max(1) as f64 };
        Self { good, bad, extrapolated }
    }

    /// Whether it leaves so little of these events that any ratio is within it.
    pub(crate) fn says_nothing(&self, (good, bad): (f64, f64)) -> bool {
        // Half an event is what interpolation and rounding may make of none.
        good + bad - self.good - self.bad <= 0.5
    }

    /// Whether Prometheus' error ratio is within it; else what was expected.
    pub(crate) fn check(&self, (good, bad): (f64, f64), asked: Option<f64>) -> Result<(), String> {
        let (all, open) = (good + bad, self.good + self.bad);
        let Some(asked) = asked else {
            return if all <= open { Ok(()) } else { Err("a ratio".into()) };
        };
        if self.says_nothing((good, bad)) {
            return if (0.0..=1.0 + 1e-9).contains(&asked) { Ok(()) } else { Err("a ratio".into()) };
        }
        let stretched = 1.0 + self.extrapolated;
        let (least_bad, least_good) = ((bad - self.bad).max(0.0), (good - self.good).max(0.0));
        let (most_bad, most_good) = (bad + self.bad, good + self.good);
        let ratio = |bad: f64, good: f64| if bad > 0.0 { bad / (bad + good) } else { 0.0 };
        let least = ratio(least_bad, most_good * stretched) * (1.0 - 1e-9);
        let most = ratio(most_bad * stretched, least_good) * (1.0 + 1e-9);
        if (least..=most).contains(&asked) { Ok(()) } else { Err(format!("{least} to {most}")) }
    }
}

/// Slot of the tracker's ring that holds the begin of a window, in seconds.
fn slot(window: u64) -> i64 {
    match window {
        0..=600 => 5,
        601..=86_400 => 60,
        86_401..=259_200 => 600,
        _ => 3_600,
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
