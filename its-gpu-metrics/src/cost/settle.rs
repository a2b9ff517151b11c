//! The arithmetic: what was reported meets what was counted.

use super::account::{ANY, SLOTS};

/// Seconds of each GPU beyond what was counted that are carried to the next snapshot: utilisation is an average of up to a
/// second, and calls are reported as they end.
const LAG: f64 = 2.0;

/// What a GPU counted between two snapshots.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counted {
    /// Its place; later GPUs have none of their own.
    pub(super) slot: usize,
    /// `None` where it does not count them.
    pub(super) busy: Option<f64>,
    pub(super) joules: f64,
}

/// What calls reported between two snapshots, for one place.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Claim {
    /// With what was carried.
    pub(super) seconds: f64,
    /// Whether any of it is new.
    pub(super) is_fresh: bool,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Grant {
    /// Seconds that are attributed.
    pub(super) seconds: f64,
    /// Energy of each of them.
    pub(super) joules_per_second: f64,
    /// Seconds that are carried.
    pub(super) carried: f64,
}

/// What is left of one GPU.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Left {
    pub(super) seconds: f64,
    pub(super) joules: f64,
}

/// Divides what the GPUs counted in `elapsed` seconds among the claims. What is left is in the order of the GPUs.
pub(super) fn settle(gpus: &[Counted], claims: &[Claim; SLOTS], elapsed: f64) -> ([Grant; SLOTS], Vec<Left>) {
    let mut grants = [Grant::default(); SLOTS];
    let mut left: Vec<Left> = gpus
        .iter()
        .map(|gpu| {
            let mut left = Left { seconds: gpu.busy.unwrap_or(0.0), joules: gpu.joules };
            if gpu.slot != ANY {
                grants[gpu.slot] = one(gpu, &claims[gpu.slot], elapsed, &mut left);
            }
            left
        })
        .collect();
    grants[ANY] = any(gpus, &claims[ANY], elapsed, &mut left);
    (grants, left)
}

/// Work that says that it ran on this GPU.
fn one(gpu: &Counted, claim: &Claim, elapsed: f64, left: &mut Left) -> Grant {
    let seconds = gpu.busy.map_or(claim.seconds, |busy| claim.seconds.min(busy));
    if seconds <= 0.0 {
        return Grant { carried: carried(claim, 0.0, 1), ..Grant::default() };
    }
    let joules_per_second = gpu.joules / gpu.busy.unwrap_or(seconds.max(elapsed));
    if gpu.busy.is_some() {
        left.seconds -= seconds;
    }
    left.joules = (left.joules - seconds * joules_per_second).max(0.0);
    Grant { seconds, joules_per_second, carried: carried(claim, seconds, 1) }
}

/// Work that does not: it gets the same share of what is left of each GPU.
fn any(gpus: &[Counted], claim: &Claim, elapsed: f64, left: &mut [Left]) -> Grant {
    let counts = gpus.iter().any(|gpu| gpu.busy.is_some());
    // Seconds that can be given: all that is claimed where no GPU counts.
    let room = match counts {
        true => left.iter().map(|left| left.seconds).sum(),
        false if gpus.is_empty() => 0.0,
        false => claim.seconds.max(elapsed * gpus.len() as f64),
    };
    let seconds = claim.seconds.min(room);
    if seconds <= 0.0 {
        return Grant { carried: carried(claim, 0.0, gpus.len()), ..Grant::default() };
    }
    let share = seconds / room;
    let mut joules = 0.0;
    for left in left.iter_mut().filter(|left| !counts || left.seconds > 0.0) {
        joules += left.joules * share;
        left.joules -= left.joules * share;
        left.seconds -= left.seconds * share;
    }
    Grant { seconds, joules_per_second: joules / seconds, carried: carried(claim, seconds, gpus.len()) }
}

fn carried(claim: &Claim, granted: f64, gpus: usize) -> f64 {
    if claim.is_fresh { (claim.seconds - granted).clamp(0.0, LAG * gpus as f64) } else { 0.0 }
}
