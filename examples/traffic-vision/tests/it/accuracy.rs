//! Counts, classes and speeds over fifty cameras.

use traffic_vision::scene::SceneOptions;

use crate::measure::{Tally, play};

fn fifty_cameras(first_seed: u64, seconds: u32, lost_percent: u64) -> Tally {
    let half = |seeds: std::ops::Range<u64>| {
        seeds.fold(Tally::default(), |mut total, seed| {
            total.add(&play(seed, &SceneOptions::default(), seconds, lost_percent));
            total
        })
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(first_seed + 25..first_seed + 50));
        let mut total = half(first_seed..first_seed + 25);
        total.add(&other.join().expect("the other half"));
        total
    })
}

#[test]
fn a_minute_of_traffic_is_counted_within_5_percent_with_its_classes_and_speeds() {
    let total = fifty_cameras(0, 60, 0);
    assert!(total.truth > 1_000, "{total:?}");
    assert!(total.count_error().abs() < 0.05, "{total:?}");
    assert!(total.mean_speed_error() < 0.1, "{total:?}");
    assert!(total.speeds * 100 >= total.paired * 99, "{total:?}");
    assert!(total.paired * 100 >= total.counted * 97, "counts must be true crossings: {total:?}");
    assert!(total.class_right * 100 >= total.paired * 90, "{total:?}");
}

#[test]
fn the_first_20_seconds_are_counted_within_5_percent() {
    let total = fifty_cameras(1_000, 20, 0);
    assert!(total.count_error().abs() < 0.05, "{total:?}");
}

#[test]
fn a_minute_with_every_tenth_frame_lost_is_counted_within_5_percent() {
    let total = fifty_cameras(2_000, 60, 10);
    assert!(total.frames < 28_000, "{total:?}");
    assert!(total.count_error().abs() < 0.05, "{total:?}");
    assert!(total.mean_speed_error() < 0.1, "{total:?}");
}

#[test]
fn other_frame_rates_and_sizes_are_counted_within_10_percent() {
    for (width, height, fps) in [(160, 90, 25), (160, 90, 5), (320, 180, 10)] {
        let options = SceneOptions { width, height, fps, ..SceneOptions::default() };
        let mut total = Tally::default();
        (0..4).for_each(|seed| total.add(&play(seed, &options, 60, 0)));
        assert!(total.count_error().abs() < 0.1, "{width}x{height} at {fps}: {total:?}");
    }
}
