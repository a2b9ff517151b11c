//! Two hours in which half of the calls fail cost what they cost: little at night, much at noon.

use std::time::Duration;

use its_slo::Slo;

use crate::support::Bench;

pub(crate) const BIN: u64 = 300;
pub(crate) const DAY: u64 = 86_400;

/// Calls a second: 2 at night, 50 at noon.
fn rate(second: u64) -> f64 {
    let hour = (second % DAY) as f64 / 3_600.0;
    2.0 + 48.0 * ((hour - 6.0) / 12.0 * std::f64::consts::PI).sin().max(0.0)
}

/// Calls in the bin that begins with `second`, and how many of them fail: half of them in two hours of day 18, which
/// begin so many seconds after midnight.
pub(crate) fn calls(second: u64, incident: u64) -> (u64, u64) {
    let calls = (rate(second) * BIN as f64).round() as u64;
    let incident = 18 * DAY + incident..18 * DAY + incident + 2 * 3_600;
    (calls, if incident.contains(&second) { calls / 2 } else { 0 })
}

/// What was spent of the budget of thirty days, in percent: truly, and by the mean of the ratios of five minutes.
fn spent(incident: u64) -> (f64, f64) {
    let bench = Bench::new(Slo::availability("detect").target(0.999).build().expect("objective"));
    let mut ratios = Vec::new();
    for bin in 0..30 * DAY / BIN {
        let (calls, bad) = calls(bin * BIN, incident);
        bench.count(calls - bad, bad);
        ratios.push(bad as f64 / calls as f64);
        bench.clock.advance(Duration::from_secs(BIN));
        bench.slos.tick();
    }
    let truly = 1.0 - bench.tracker.budget_remaining().expect("calls");
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64 / 0.001;
    (100.0 * truly, 100.0 * mean)
}

#[test]
fn a_bad_night_is_cheap() {
    let (truly, mean) = spent(3 * 3_600);
    assert!((15.5..16.5).contains(&truly), "{truly} %");
    assert!((138.0..141.0).contains(&mean), "a mean of ratios says {mean} %");
}

#[test]
fn a_bad_noon_is_dear() {
    let (truly, mean) = spent(12 * 3_600);
    assert!((380.0..390.0).contains(&truly), "{truly} %");
    assert!((138.0..141.0).contains(&mean), "a mean of ratios says {mean} %");
}
