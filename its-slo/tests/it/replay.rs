//! Random traces, counted by a tracker and by looking at every event.

use std::time::Duration;

use its_slo::{Slo, WINDOWS};
use proptest::prelude::*;

use crate::support::{Bench, START, short_or_full};

/// At `at` seconds after the start: so many good and bad events.
#[derive(Clone, Debug)]
struct Burst {
    at: u64,
    good: u64,
    bad: u64,
}

fn bursts() -> impl Strategy<Value = Vec<Burst>> {
    let length = prop::sample::select(vec![600_u64, 7_200, 86_400, 3 * 86_400, 33 * 86_400]);
    let burst =
        |length| (0..length, 0_u64..200, 0_u64..20).prop_map(|(at, good, bad)| Burst { at, good, bad });
    length.prop_flat_map(move |length| prop::collection::vec(burst(length), 1..120)).prop_map(|mut bursts| {
        bursts.sort_by_key(|burst| burst.at);
        bursts
    })
}

/// Slot of the level that holds the edge of a window, in seconds.
fn slot(age: u64) -> u64 {
    match age {
        0..636 => 5,
        636..89_941 => 60,
        89_941..306_601 => 600,
        _ => 3_600,
    }
}

fn sum(bursts: &[Burst], from: u64, to: u64) -> (f64, f64) {
    let within = bursts.iter().filter(|burst| burst.at > from && burst.at <= to);
    within.fold((0.0, 0.0), |(good, bad), burst| (good + burst.good as f64, bad + burst.bad as f64))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(short_or_full(300, 10_000)))]

    /// The published bound: a window is wrong by no more than the events of the slot in which it begins.
    #[test]
    fn windows_are_right_but_for_the_slot_at_their_edge(bursts in bursts(), later in 0_u64..4_000) {
        let bench = Bench::new(Slo::availability("detect").build().expect("objective"));
        // Recorded at the end of its second, so that an event at a slot's boundary lies before it.
        let mut now = 0;
        let mut go_to = |time: u64| {
            // Where nothing happens, ticks between the two around it change nothing.
            let (last, next) = (time / 5 * 5, now / 5 * 5 + 5);
            for tick in [next, last] {
                if tick > now && tick <= time {
                    bench.clock.advance(Duration::from_secs(tick - now));
                    now = tick;
                    bench.slos.tick();
                }
            }
            bench.clock.advance(Duration::from_secs(time - now));
            now = time;
        };
        for burst in &bursts {
            go_to(burst.at);
            bench.count(burst.good, burst.bad);
        }
        let end = bursts.last().map_or(0, |burst| burst.at) + later;
        go_to(end);
        for (name, window) in WINDOWS {
            let window = window.as_secs();
            let found = bench.tracker.window(Duration::from_secs(window));
            // As if time had begun long before.
            let shifted: Vec<_> = bursts.iter().map(|b| Burst { at: b.at + START, ..b.clone() }).collect();
            let edge = START + end - window;
            let (good, bad) = sum(&shifted, edge, START + end);
            let slot = slot(window);
            let begin = edge / slot * slot;
            // A slot that begins before the start begins at it, and the present ends the last one.
            let (near_good, near_bad) = sum(&shifted, begin.saturating_sub(1), begin + slot);
            prop_assert!((found.good - good).abs() <= near_good + 1.0, "{name}: {found:?}, truly {good} good");
            prop_assert!((found.bad - bad).abs() <= near_bad + 1.0, "{name}: {found:?}, truly {bad} bad");
        }
    }

    #[test]
    fn bad_events_never_give_budget_back(events in prop::collection::vec((0_u64..50, 0_u64..5), 1..60)) {
        let bench = Bench::new(Slo::availability("detect").build().expect("objective"));
        bench.count(1, 0);
        for (good, bad) in events {
            bench.count(good, 0);
            let before = bench.tracker.budget_remaining().expect("events");
            bench.count(0, bad);
            let after = bench.tracker.budget_remaining().expect("events");
            let as_it_must = if bad > 0 { after < before } else { after == before };
            prop_assert!(as_it_must, "{before} {after}");
            bench.pass(Duration::from_secs(60));
        }
    }
}
