//! One case, in the process that runs it.

use std::hint::{black_box, spin_loop};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::alloc;
use crate::frame::{CAMERAS, Frame, frames};

/// Frames that are analysed before the next camera has its turn.
const VISIT: usize = 10;
/// Steps from camera to camera; it has no divisor in common with their number.
const STRIDE: usize = 389;
/// After so many visits each residue of the cameras' numbers, and so each failing camera, has had its share.
const VISITS: usize = 100;

const WARM_UP: Duration = Duration::from_millis(40);
/// Longer than the clock is coarse, shorter than a time slice.
const BATCH: Duration = Duration::from_millis(1);

/// What one case prints, for the driver.
#[derive(Debug)]
pub struct Case {
    time: Duration,
    /// For a profiler: so many visits or pieces of work, and no measurement.
    profiled: Option<usize>,
}

impl Case {
    pub(crate) fn new(time: Duration, profiled: Option<usize>) -> Self {
        Self { time, profiled }
    }

    /// One figure for the driver.
    pub fn report(&self, unit: &str, value: f64) {
        println!("{unit} {value}");
    }

    /// Time and allocations of one call. `visit` makes so many calls for the frame: a camera's frames come in a row,
    /// and the cameras take turns in a scrambled order.
    pub fn calls(&self, visit: impl Fn(&Frame, usize)) {
        let frames = frames();
        let mut at = 0;
        let mut batch = |visits: usize| {
            for _ in 0..visits {
                at = (at + STRIDE) % CAMERAS;
                visit(black_box(&frames[at]), VISIT);
            }
        };
        batch(3 * CAMERAS);
        if let Some(visits) = self.profiled {
            return profiled(|| batch(visits));
        }
        const COUNTED: usize = 50 * VISITS;
        let allocations = alloc::allocations(|| batch(COUNTED));
        self.report("allocations", allocations as f64 / (COUNTED * VISIT) as f64);
        let time = |hundreds: usize| {
            let start = Instant::now();
            batch(hundreds * VISITS);
            start.elapsed()
        };
        self.report("ns", self.decile(time) / (VISITS * VISIT) as f64);
    }

    /// Time and allocations of `work`, which takes longer than the clock is coarse.
    pub fn work(&self, mut work: impl FnMut()) {
        work();
        if let Some(times) = self.profiled {
            return profiled(|| (0..times).for_each(|_| work()));
        }
        self.report("allocations", alloc::allocations(&mut work) as f64);
        let time = |times: usize| {
            let start = Instant::now();
            (0..times).for_each(|_| work());
            start.elapsed()
        };
        self.report("ns", self.decile(time));
    }

    /// Time of one call in two threads at once, each with a camera of its own or both with the same one.
    pub fn two_threads(&self, same_camera: bool, visit: impl Fn(&Frame, usize) + Sync) {
        let frames = frames();
        let other = if same_camera { 7 } else { 507 };
        let meeting = Meeting::default();
        // The other thread makes as many calls as this one says; none to end.
        let calls = AtomicUsize::new(0);
        thread::scope(|scope| {
            scope.spawn(|| {
                loop {
                    meeting.wait();
                    let calls = calls.load(Ordering::Relaxed);
                    if calls == 0 {
                        return;
                    }
                    visit(black_box(&frames[other]), calls);
                    meeting.wait();
                }
            });
            const UNIT: usize = 1_000;
            let time = |thousands: usize| {
                calls.store(thousands * UNIT, Ordering::Relaxed);
                meeting.wait();
                let start = Instant::now();
                visit(black_box(&frames[7]), thousands * UNIT);
                meeting.wait();
                start.elapsed()
            };
            let ns = self.decile(time) / UNIT as f64;
            calls.store(0, Ordering::Relaxed);
            meeting.wait();
            self.report("ns", ns);
        });
    }

    /// The best tenth of many short batches, in nanoseconds a unit: what the work costs while nobody else is at it.
    fn decile(&self, mut batch: impl FnMut(usize) -> Duration) -> f64 {
        let start = Instant::now();
        let mut units = 1;
        let mut fastest = f64::MAX;
        while start.elapsed() < WARM_UP {
            fastest = fastest.min(batch(units).as_secs_f64() / units as f64);
            units = ((BATCH.as_secs_f64() / fastest) as usize).clamp(1, 2 * units);
        }
        let start = Instant::now();
        let mut samples = Vec::new();
        while start.elapsed() < self.time || samples.len() < 10 {
            samples.push(batch(units).as_nanos() as f64 / units as f64);
        }
        samples.sort_by(f64::total_cmp);
        samples[samples.len() / 10]
    }
}

/// A name for the profiler: `--toggle-collect='*profiled*'` leaves out all that happens before.
#[inline(never)]
fn profiled(work: impl FnOnce()) {
    work();
}

/// Where two threads wait for each other.
#[derive(Debug, Default)]
struct Meeting(AtomicUsize);

impl Meeting {
    fn wait(&self) {
        let turn = self.0.fetch_add(1, Ordering::AcqRel) / 2;
        let mut spins = 0_u32;
        while self.0.load(Ordering::Acquire) / 2 == turn {
            spins += 1;
            // The other thread may be waiting for this core.
            if spins.is_multiple_of(1_000) { thread::yield_now() } else { spin_loop() }
        }
    }
}
