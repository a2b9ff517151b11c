//! The analysis frame by frame.

use std::time::Duration;

use traffic_vision::analyze::{Analysis, AnalyzeError, Analyzer, AnalyzerOptions};
use traffic_vision::scene::{Scene, SceneOptions};
use traffic_vision::{BoundingBox, Calibration, Direction, Frame};

const GROUND: u8 = 110;

/// An empty plain without lanes, 160 pixels for 48 m.
fn plain() -> Analyzer {
    Analyzer::new(AnalyzerOptions::new(Calibration::unknown(160, 90, 48.0))).expect("options")
}

fn plain_frame(sequence: u64, tone: u8) -> Frame {
    let mut frame = Frame::new(160, 90);
    frame.data.fill(tone);
    frame.sequence = sequence;
    frame.timestamp = Duration::from_millis(100 * sequence);
    frame
}

/// A bright block of 15 x 6 pixels (4.5 x 1.8 m) with its left edge at `left`.
fn with_block(sequence: u64, left: usize) -> Frame {
    let mut frame = plain_frame(sequence, GROUND);
    for y in 40..46 {
        frame.data[y * 160 + left..y * 160 + left + 15].fill(220);
    }
    frame
}

fn feed(analyzer: &mut Analyzer, frame: &Frame) -> Analysis {
    analyzer.analyze(frame).expect("a good frame")
}

#[test]
fn a_block_that_moves_through_is_counted_once_with_its_speed_and_direction() {
    for direction in [Direction::Forward, Direction::Backward] {
        let mut analyzer = plain();
        feed(&mut analyzer, &plain_frame(0, GROUND));
        let mut crossings = Vec::new();
        for step in 0..28 {
            let left = if direction == Direction::Forward { step * 5 + 3 } else { 140 - step * 5 };
            crossings.extend(feed(&mut analyzer, &with_block(step as u64 + 1, left)).crossings);
        }
        assert_eq!((crossings.len(), analyzer.counted()), (1, 1));
        assert_eq!((crossings[0].direction, crossings[0].lane), (direction, None));
        assert_eq!(crossings[0].class.as_str(), "car");
        // 5 pixels of 0.3 m in 0.1 s.
        assert!((crossings[0].speed_mps.expect("a speed") - 15.0).abs() < 0.1, "{crossings:?}");
    }
}

#[test]
fn a_vehicle_that_turns_back_over_the_line_is_counted_once() {
    let mut analyzer = plain();
    feed(&mut analyzer, &plain_frame(0, GROUND));
    let there_and_back = (0..18).chain((0..18).rev()).map(|step| 30 + step * 4);
    for (step, left) in there_and_back.enumerate() {
        feed(&mut analyzer, &with_block(step as u64 + 1, left));
    }
    assert_eq!(analyzer.counted(), 1);
}

#[test]
fn detections_fit_the_true_outlines() {
    let mut scene = Scene::new(21, SceneOptions::default()).expect("options");
    let mut analyzer = Analyzer::new(AnalyzerOptions::new(scene.calibration().clone())).expect("options");
    let mut frame = Frame::default();
    let mut overlaps = Vec::new();
    for _ in 0..900 {
        scene.next_frame(&mut frame);
        let analysis = feed(&mut analyzer, &frame);
        assert!(analysis.detections.iter().all(|seen| (0.0..=1.0).contains(&seen.confidence)));
        let whole = |outline: &BoundingBox| outline.left > 4.0 && outline.right < 156.0;
        for (lane, _, outline) in scene.vehicles().filter(|(_, _, outline)| whole(outline)) {
            let same_lane = analysis.detections.iter().filter(|seen| seen.lane == Some(lane));
            overlaps.push(same_lane.map(|seen| seen.bounding_box.iou(&outline)).fold(0.0, f32::max));
        }
    }
    assert!(overlaps.len() > 1_000, "{} outlines", overlaps.len());
    let mean = overlaps.iter().sum::<f32>() / overlaps.len() as f32;
    // The usual criterion of a hit (PASCAL VOC); a pixel on each side of a car of 15 x 6 already costs 0.35.
    let hits = overlaps.iter().filter(|&&overlap| overlap >= 0.5).count() as f32 / overlaps.len() as f32;
    assert!(hits > 0.85 && mean > 0.65, "{hits} of the outlines are hit, mean overlap {mean}");
}

#[test]
fn what_stays_becomes_background_and_leaves_no_ghost() {
    let mut analyzer = plain();
    // The first picture already holds the vehicle, which leaves after ten frames.
    for sequence in 0..10 {
        assert!(feed(&mut analyzer, &with_block(sequence, 40)).detections.is_empty());
    }
    let ghosts =
        (10..80).map(|sequence| feed(&mut analyzer, &plain_frame(sequence, GROUND)).detections.len());
    let ghosts: Vec<_> = ghosts.collect();
    assert_eq!((ghosts.first(), ghosts.last()), (Some(&1), Some(&0)));
    // A vehicle that parks is absorbed as well.
    let parked = (80..160).map(|sequence| feed(&mut analyzer, &with_block(sequence, 40)).detections.len());
    let parked: Vec<_> = parked.collect();
    assert_eq!((parked.first(), parked.last()), (Some(&1), Some(&0)));
    assert_eq!(analyzer.counted(), 0);
}

#[test]
fn a_sudden_change_of_light_is_no_vehicle() {
    let mut analyzer = plain();
    for sequence in 0..40 {
        let tone = if sequence < 20 { 80 } else { 160 };
        let analysis = feed(&mut analyzer, &plain_frame(sequence, tone));
        assert!(analysis.detections.is_empty());
        assert_eq!(analysis.foreground_ratio > 0.9, sequence == 20);
    }
}

#[test]
fn frames_that_cannot_be_analysed_are_refused_and_skipped() {
    let mut analyzer = plain();
    feed(&mut analyzer, &plain_frame(5, GROUND));
    let refused =
        |analyzer: &mut Analyzer, frame: &Frame| analyzer.analyze(frame).expect_err("must be refused");

    let error = refused(&mut analyzer, &Frame::new(90, 160));
    assert_eq!(error, AnalyzeError::Geometry { expected: (160, 90), found: (90, 160) });
    assert_eq!(error.to_string(), "the camera is calibrated for 160x90 pixels, the frame has 90x160");
    let mut short = plain_frame(6, GROUND);
    short.data.pop();
    assert_eq!(refused(&mut analyzer, &short), AnalyzeError::Length { expected: 14_400, found: 14_399 });
    for sequence in [0, 5] {
        let old = plain_frame(sequence, GROUND);
        assert_eq!(refused(&mut analyzer, &old), AnalyzeError::OutOfOrder { last: 5, found: sequence });
    }
    feed(&mut analyzer, &plain_frame(6, GROUND));
    analyzer.restart();
    feed(&mut analyzer, &plain_frame(0, GROUND));
}

#[test]
fn a_stage_that_is_never_finished_does_not_harm_the_next_frame() {
    let mut analyzer = plain();
    let preprocessed = analyzer.preprocess(&plain_frame(0, GROUND)).expect("a good frame");
    let _ = analyzer.infer(preprocessed);
    let _ = analyzer.preprocess(&plain_frame(1, GROUND)).expect("a good frame");
    assert_eq!(feed(&mut analyzer, &with_block(2, 60)).detections.len(), 1);
}

#[test]
fn stages_finished_in_the_wrong_order_are_survived() {
    let mut analyzer = plain();
    feed(&mut analyzer, &plain_frame(0, GROUND));
    let [first, second] = [1, 2].map(|sequence| {
        analyzer.preprocess(&with_block(sequence, 40 + 4 * sequence as usize)).expect("a good frame")
    });
    for preprocessed in [second, first] {
        let inferred = analyzer.infer(preprocessed);
        assert_eq!(analyzer.postprocess(inferred).detections.len(), 1);
    }
    assert!(feed(&mut analyzer, &with_block(3, 52)).crossings.is_empty());
}

#[test]
fn options_that_cannot_work_are_refused() {
    let good = AnalyzerOptions::new(Calibration::unknown(160, 90, 48.0));
    let refused = |change: fn(&mut AnalyzerOptions)| {
        let mut options = good.clone();
        change(&mut options);
        Analyzer::new(options).expect_err("options must be refused").to_string()
    };
    assert_eq!(refused(|options| options.calibration.width = 0), "frame sides must be 16 to 4096 pixels");
    assert_eq!(
        refused(|options| options.calibration.metres_per_pixel = 0.0),
        "metres_per_pixel must be 0.001 to 10"
    );
    assert_eq!(refused(|options| options.max_speed_mps = f32::NAN), "max_speed_mps must be positive");
    let line =
        refused(|options| options.calibration.counting_line.end = options.calibration.counting_line.start);
    assert_eq!(line, "the counting line must have a length");
}
