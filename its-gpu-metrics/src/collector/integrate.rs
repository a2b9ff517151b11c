//! From readings at instants to totals over time.

use std::time::{Duration, Instant};

use crate::snapshot::{Readings, ThrottleReason, Totals};

/// Adds up what a GPU did between two cycles.
#[derive(Debug, Default)]
pub(super) struct Integrator {
    /// When it was read last in this generation.
    at: Option<Instant>,
    /// The driver's counter then.
    energy: Option<f64>,
}

impl Integrator {
    /// The time from here on is not known: the GPU was away.
    pub(super) fn pause(&mut self) {
        self.at = None;
    }

    /// Adds the time since the last reading, `longest` of it at most: what a reading says holds for about a second, and
    /// nothing is known of the rest of a cycle that hung.
    pub(super) fn add(&mut self, totals: &mut Totals, readings: &Readings, now: Instant, longest: Duration) {
        let time = self.at.map_or(Duration::ZERO, |at| now.saturating_duration_since(at)).min(longest);
        self.at = Some(now);
        let seconds = time.as_secs_f64();
        if let Some(busy) = readings.utilization.gpu {
            *totals.busy_seconds.get_or_insert(0.0) += busy * seconds;
        }
        if let Some(energy) = readings.power.energy {
            // A counter below the last one has begun anew, and has counted from 0 since.
            let since = self.energy.map_or(0.0, |last| if energy < last { energy } else { energy - last });
            self.energy = Some(energy);
            *totals.energy_joules.get_or_insert(0.0) += since;
        }
        if let Some(bits) = readings.throttle_bits {
            if totals.throttled_seconds.is_empty() {
                totals.throttled_seconds = ThrottleReason::ALL.map(|reason| (reason, 0.0)).into();
            }
            for (reason, total) in &mut totals.throttled_seconds {
                *total += if reason.is_in(bits) { seconds } else { 0.0 };
            }
        }
    }
}
