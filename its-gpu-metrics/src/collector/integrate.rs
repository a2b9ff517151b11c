//! From readings at instants to totals over time.

use std::time::{Duration, Instant};

use crate::snapshot::{Readings, ThrottleReason, Totals};

/// Adds up what a GPU did between two cycles.
#[derive(Debug, Default)]
pub(super) struct Integrator {
    /// When it was read last in this generation.
    at: Option<Instant>,
    /// The driver's counter when it was read last, and when that was.
    energy: Option<(f64, Instant)>,
    /// The counter may have begun anew since: the driver was loaded again, or the GPU was away.
    is_renewed: bool,
}

/// Watts that no GPU draws.
const MOST_WATTS: f64 = 10_000.0;

/// Seconds by which the driver's counter may be behind the clock.
const SLACK: f64 = 1.0;

impl Integrator {
    /// The time from here on is not known.
    pub(super) fn pause(&mut self) {
        self.at = None;
    }

    /// The GPU was away, or the driver: its counters may begin anew.
    pub(super) fn renew(&mut self) {
        self.pause();
        self.is_renewed = true;
    }

    /// Adds the time since the last reading, `longest` of it at most: what a reading says holds for about a second, and
    /// nothing is known of the rest of a cycle that hung. Whether the energy counter can be true.
    pub(super) fn add(
        &mut self,
        totals: &mut Totals,
        readings: &Readings,
        now: Instant,
        longest: Duration,
    ) -> bool {
        let time = self.at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at)).min(longest);
        self.at = Some(now);
        let seconds = time.as_secs_f64();
        if let Some(busy) = readings.utilization.gpu {
            *totals.busy_seconds.get_or_insert(0.0) += busy * seconds;
        }
        let mut is_plausible = true;
        if let Some(energy) = readings.power.energy {
            let since = self.used(energy, now);
            is_plausible = since.is_some();
            self.energy = Some((energy, now));
            self.is_renewed = false;
            *totals.energy_joules.get_or_insert(0.0) += since.unwrap_or(0.0);
        }
        if let Some(bits) = readings.throttle_bits {
            if totals.throttled_seconds.is_empty() {
                totals.throttled_seconds = ThrottleReason::ALL.map(|reason| (reason, 0.0)).into();
            }
            for (reason, total) in &mut totals.throttled_seconds {
                *total += if reason.is_in(bits) { seconds } else { 0.0 };
            }
        }
        is_plausible
    }

    /// Joules since the last reading; `None` when the counter fell without reason, or rose by more than can be.
    fn used(&self, energy: f64, now: Instant) -> Option<f64> {
        let Some((last, at)) = self.energy else { return Some(0.0) };
        let since = match energy - last {
            // It has counted from 0 since.
            fallen if fallen < 0.0 && self.is_renewed => energy,
            since => since,
        };
        let most = MOST_WATTS * (now.saturating_duration_since(at).as_secs_f64() + SLACK);
        (0.0..=most).contains(&since).then_some(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(of: &mut Integrator, totals: &mut Totals, energy: f64, at: Instant) -> bool {
        let mut readings = Readings::default();
        readings.power.energy = Some(energy);
        of.add(totals, &readings, at, Duration::from_secs(1))
    }

    #[test]
    fn energy_is_added_up_as_far_as_it_can_be_true() {
        let (mut of, mut totals, start) = (Integrator::default(), Totals::default(), Instant::now());
        let second = |seconds| start + Duration::from_secs(seconds);
        assert!(add(&mut of, &mut totals, 5_000.0, start));
        assert_eq!(totals.energy_joules, Some(0.0), "what was used before is not known");
        assert!(add(&mut of, &mut totals, 5_400.0, second(1)));
        assert!(!add(&mut of, &mut totals, 0.0, second(2)), "the driver was not loaded again");
        assert!(add(&mut of, &mut totals, 400.0, second(3)));
        assert!(!add(&mut of, &mut totals, 1e6, second(4)), "a megawatt");
        assert_eq!(totals.energy_joules, Some(800.0));
        of.renew();
        assert!(add(&mut of, &mut totals, 300.0, second(5)), "since it was loaded again");
        assert_eq!(totals.energy_joules, Some(1_100.0));
        of.pause();
        assert!(add(&mut of, &mut totals, 5e6, second(1_000)), "it was not read for long");
        assert_eq!(totals.energy_joules, Some(1_100.0 + 5e6 - 300.0));
    }
}
