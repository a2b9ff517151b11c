//! Random traces of events, as a tracker counts them and as Prometheus scrapes them.

use std::ops::Range;
use std::time::Duration;

use its_slo::Slo;

use crate::support::{Bench, days};

/// Numbers that look random, and are the same in each run.
#[derive(Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// Steele, Lea and Flood's SplitMix64.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// Good and bad events in each bin of so many seconds; they happen at its end, and are counted there.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) bin: u64,
    pub(crate) scrape: u64,
    pub(crate) events: Vec<(u64, u64)>,
    /// Second of the first scrape.
    pub(crate) first: u64,
    /// Seconds at which the exported counters begin at zero again.
    pub(crate) resets: Vec<u64>,
    /// Seconds at which nothing is scraped.
    pub(crate) missing: Vec<Range<u64>>,
}

impl Trace {
    /// Of so many seconds: steady, by day and night, in bursts, or sparse, with incidents and quiet times.
    pub(crate) fn random(seed: u64, bin: u64, scrape: u64, length: u64) -> Self {
        let mut random = Random(seed);
        let (kind, level) = (random.below(4), 1 + random.below(40) * bin / 5);
        let mut events: Vec<_> =
            (0..length / bin).map(|n| traffic(&mut random, kind, level, n * bin)).collect();
        let bins = events.len() as u64;
        for _ in 0..random.below(6) {
            let (begin, percent) = (random.below(bins), 1 + random.below(90));
            let end = (begin + 1 + random.below(bins / 12)).min(bins);
            for (good, bad) in &mut events[begin as usize..end as usize] {
                let failed = *good * percent / 100;
                (*good, *bad) = (*good - failed, *bad + failed);
            }
        }
        if random.chance(40) {
            let begin = random.below(bins);
            let end = (begin + bins / 8).min(bins);
            events[begin as usize..end as usize].fill((0, 0));
        }
        Self { bin, scrape, events, first: 0, resets: Vec::new(), missing: Vec::new() }
    }

    /// With resets, scrapes that fail, or a first scrape that comes late.
    pub(crate) fn with_faults(mut self, seed: u64) -> Self {
        let mut random = Random(seed);
        let length = self.bin * self.events.len() as u64;
        if random.chance(30) {
            self.first = random.below(length / 4) / self.scrape * self.scrape;
        }
        for _ in 0..random.below(4) {
            self.resets.push(random.below(length) / self.bin * self.bin);
        }
        self.resets.sort_unstable();
        for _ in 0..random.below(3) {
            let begin = random.below(length);
            self.missing.push(begin..begin + random.below(30) * self.scrape);
        }
        self
    }

    /// What is scraped of good and bad events, from second 0 on.
    pub(crate) fn samples(&self) -> [Vec<Option<u64>>; 2] {
        let mut samples = [Vec::new(), Vec::new()];
        let (mut sum, mut next, mut resets) = ((0, 0), 0, self.resets.iter().peekable());
        for time in (0..=self.bin * self.events.len() as u64).step_by(self.scrape as usize) {
            while let Some((good, bad)) =
                self.events.get(next).filter(|_| (next as u64 + 1) * self.bin <= time)
            {
                if resets.next_if(|reset| **reset < (next as u64 + 1) * self.bin).is_some() {
                    sum = (0, 0);
                }
                sum = (sum.0 + good, sum.1 + bad);
                next += 1;
            }
            let seen = self.is_scraped(time);
            samples[0].push(seen.then_some(sum.0));
            samples[1].push(seen.then_some(sum.1));
        }
        samples
    }

    pub(crate) fn is_scraped(&self, time: u64) -> bool {
        time >= self.first && !self.missing.iter().any(|missing| missing.contains(&time))
    }

    /// Good and bad events of a tracker, over each window, at each instant.
    pub(crate) fn tracked(&self, instants: &[u64], windows: &[Duration]) -> Vec<Vec<(f64, f64)>> {
        let bench = Bench::new(Slo::availability("detect").rolling(days(30)).build().expect("objective"));
        let (mut found, mut instants) = (Vec::new(), instants.iter().peekable());
        for (n, (good, bad)) in (1_u64..).zip(&self.events) {
            bench.clock.advance(Duration::from_secs(self.bin));
            bench.count(*good, *bad);
            bench.slos.tick();
            while instants.next_if_eq(&&(n * self.bin)).is_some() {
                let counts = windows.iter().map(|window| bench.tracker.window(*window));
                found.push(counts.map(|counts| (counts.good, counts.bad)).collect());
            }
        }
        found
    }

    /// Good and bad events after `from` and not after `to`.
    pub(crate) fn within(&self, from: i64, to: i64) -> (f64, f64) {
        let bin = |second: i64| (second.max(0) as u64 / self.bin).min(self.events.len() as u64) as usize;
        let part = &self.events[bin(from)..bin(to).max(bin(from))];
        part.iter().fold((0.0, 0.0), |(good, bad), event| (good + event.0 as f64, bad + event.1 as f64))
    }
}

fn traffic(random: &mut Random, kind: u64, level: u64, second: u64) -> (u64, u64) {
    let hour = (second % 86_400) as f64 / 3_600.0;
    let all = match kind {
        0 => level,
        1 => (level as f64 * (1.0 + (hour / 12.0 * std::f64::consts::PI).sin())) as u64 + random.below(3),
        2 if random.chance(3) => level * 20,
        2 => 0,
        _ => u64::from(random.chance(2)),
    };
    let bad = if random.chance(10) { random.below(1 + all / 10) } else { 0 };
    (all - bad, bad)
}
