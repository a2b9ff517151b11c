//! The generator keeps its promises.

use std::collections::HashMap;

use traffic_vision::scene::{Scene, SceneError, SceneOptions};
use traffic_vision::{BoundingBox, Direction, Frame, VehicleClass};

fn scene(seed: u64) -> Scene {
    Scene::new(seed, SceneOptions::default()).expect("default options")
}

fn play(seed: u64, frames: usize) -> (Vec<Vec<u8>>, Scene) {
    let mut scene = scene(seed);
    let mut frame = Frame::default();
    let mut pictures = Vec::new();
    for _ in 0..frames {
        scene.next_frame(&mut frame);
        pictures.push(frame.data.clone());
    }
    (pictures, scene)
}

#[test]
fn a_seed_gives_the_same_pictures_and_truth_each_time() {
    let (first, first_scene) = play(11, 300);
    let (again, again_scene) = play(11, 300);
    assert!(first == again);
    assert_eq!(first_scene.ground_truth(), again_scene.ground_truth());
    assert!(first_scene.ground_truth().vehicles() > 0);
    assert!(first != play(12, 300).0);
}

#[test]
fn frames_carry_sequence_and_media_time_in_one_buffer() {
    let mut scene = scene(1);
    let mut frame = Frame::default();
    scene.next_frame(&mut frame);
    let buffer = frame.data.as_ptr();
    for sequence in 1..50 {
        scene.next_frame(&mut frame);
        assert_eq!(frame.sequence, sequence);
        assert_eq!(frame.timestamp.as_millis(), u128::from(sequence) * 100);
        assert_eq!((frame.width, frame.height, frame.bytes()), (160, 90, 160 * 90));
        assert_eq!(frame.data.as_ptr(), buffer);
    }
}

#[test]
fn the_road_is_empty_at_first() {
    let mut scene = scene(3);
    for _ in 0..10 {
        scene.next_frame(&mut Frame::default());
        assert_eq!(scene.vehicles().count(), 0);
    }
}

#[test]
fn vehicles_never_overlap_within_a_lane_even_in_dense_traffic() {
    let options = SceneOptions { arrivals_per_lane_minute: 60.0, ..SceneOptions::default() };
    let mut scene = Scene::new(5, options).expect("options");
    let mut frame = Frame::default();
    for _ in 0..1_800 {
        scene.next_frame(&mut frame);
        let mut lanes: HashMap<usize, Vec<BoundingBox>> = HashMap::new();
        scene.vehicles().for_each(|(lane, _, outline)| lanes.entry(lane).or_default().push(outline));
        for vehicles in lanes.values_mut() {
            vehicles.sort_by(|one, other| one.left.total_cmp(&other.left));
            for pair in vehicles.windows(2) {
                let gap_metres = (pair[1].left - pair[0].right) * scene.calibration().metres_per_pixel;
                assert!(gap_metres > 1.9, "frame {}: {gap_metres} m", frame.sequence);
            }
        }
    }
    assert!(scene.ground_truth().vehicles() > 200);
}

#[test]
fn the_truth_adds_up_by_class_lane_and_direction() {
    let mut scene = scene(8);
    let mut frame = Frame::default();
    let mut crossings = Vec::new();
    for _ in 0..3_000 {
        scene.next_frame(&mut frame);
        crossings.extend_from_slice(scene.crossings());
    }
    let truth = scene.ground_truth();
    assert_eq!(truth.vehicles(), crossings.len() as u64);
    // Five minutes of four lanes with ten arrivals a minute; four standard deviations of a Poisson count of 200.
    assert!((140..260).contains(&truth.vehicles()), "{truth:?}");
    for class in VehicleClass::ALL {
        let crossed = crossings.iter().filter(|crossing| crossing.class == class).count();
        assert_eq!(truth.of_class(class), crossed as u64);
        assert!(crossed > 0, "no {class}");
    }
    assert_eq!(truth.by_lane().len(), 4);
    assert_eq!(truth.by_lane().iter().sum::<u64>(), truth.vehicles());
    assert_eq!(truth.by_lane()[..2].iter().sum::<u64>(), truth.in_direction(Direction::Backward));
    assert_eq!(truth.by_lane()[2..].iter().sum::<u64>(), truth.in_direction(Direction::Forward));
    let mean = crossings.iter().map(|crossing| crossing.speed_mps).sum::<f64>() / crossings.len() as f64;
    assert!((truth.mean_speed_mps().expect("vehicles") - mean).abs() < 1e-9);
}

#[test]
fn options_that_cannot_be_drawn_are_refused() {
    let refused = |options| Scene::new(0, options).expect_err("options must be refused");
    let narrow = refused(SceneOptions { width: 10, ..SceneOptions::default() });
    assert_eq!(narrow.to_string(), "width must be 64 to 4096");
    let stopped = refused(SceneOptions { fps: 0, ..SceneOptions::default() });
    assert_eq!(stopped.to_string(), "fps must be 1 to 120");
    let endless = refused(SceneOptions { view_width_metres: f64::NAN, ..SceneOptions::default() });
    assert!(matches!(endless, SceneError::Option { option: "view_width_metres", .. }), "{endless}");
    let wide = refused(SceneOptions { lanes_per_direction: 5, ..SceneOptions::default() });
    assert!(matches!(wide, SceneError::RoadTooWide { .. }), "{wide}");
}
