//! A real `ffmpeg`, on files and loopback.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use traffic_vision::Frame;
use traffic_vision::analyze::{Analyzer, AnalyzerOptions};
use traffic_vision::scene::{Scene, SceneOptions};
use traffic_vision::source::{FfmpegOptions, FfmpegSource, FrameSource, SourceError};

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn open(input: &Path) -> FfmpegSource {
    let input = input.to_str().expect("a path in UTF-8");
    FfmpegSource::open(input, FfmpegOptions::default())
        .expect("these tests need ffmpeg: apt-get install ffmpeg")
}

/// Films a scene as lossy MPEG-4. Returns the scene, which knows what happened in the film.
fn film(path: &Path, seed: u64, seconds: u32) -> Scene {
    let options = SceneOptions::default();
    let mut encoder = Command::new("ffmpeg")
        .args(["-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "gray", "-s", "160x90", "-r", "10"])
        .args(["-i", "pipe:0", "-c:v", "mpeg4", "-q:v", "3"])
        .arg(path)
        .stdin(Stdio::piped())
        .spawn()
        .expect("these tests need ffmpeg: apt-get install ffmpeg");
    let mut pictures = encoder.stdin.take().expect("stdin is piped");
    let mut scene = Scene::new(seed, options.clone()).expect("default options");
    let mut frame = Frame::default();
    for _ in 0..seconds * options.fps {
        scene.next_frame(&mut frame);
        pictures.write_all(&frame.data).expect("ffmpeg takes the picture");
    }
    drop(pictures);
    assert!(encoder.wait().expect("ffmpeg ends").success());
    scene
}

#[test]
fn vehicles_in_an_encoded_video_are_counted_within_10_percent() {
    let (mut truth, mut counted) = (0, 0);
    for seed in 0..4 {
        let path = scratch(&format!("traffic-{seed}.mkv"));
        let scene = film(&path, seed, 60);
        let mut analyzer = Analyzer::new(AnalyzerOptions::new(scene.calibration().clone())).expect("options");
        let mut source = open(&path);
        let mut frame = Frame::default();
        let mut frames = 0;
        while source.next_frame(&mut frame).expect("a frame") {
            assert_eq!((frame.sequence, frame.bytes()), (frames, 160 * 90));
            analyzer.analyze(&frame).expect("a good frame");
            frames += 1;
        }
        assert!((598..=602).contains(&frames), "{frames} frames of 600");
        assert!(!source.next_frame(&mut frame).expect("the end stays the end"));
        truth += scene.ground_truth().vehicles();
        counted += analyzer.counted();
    }
    assert!(truth > 80, "{truth}");
    assert!(truth.abs_diff(counted) * 10 <= truth, "ground truth {truth}, counted {counted}");
}

#[test]
fn a_missing_ffmpeg_is_named() {
    let options = FfmpegOptions { program: scratch("no-such-ffmpeg"), ..FfmpegOptions::default() };
    let error = FfmpegSource::open("video.mkv", options).expect_err("there is no such program");
    assert!(matches!(error, SourceError::FfmpegMissing { .. }), "{error:?}");
    assert!(error.to_string().contains("no-such-ffmpeg` was not found: install ffmpeg"), "{error}");
}

#[test]
fn an_input_that_ffmpeg_cannot_read_gives_its_complaint() {
    let mut frame = Frame::default();
    let error =
        open(&scratch("no-such-video.mkv")).next_frame(&mut frame).expect_err("there is no such file");
    assert!(matches!(error, SourceError::Ffmpeg { .. }), "{error:?}");
    assert!(error.to_string().contains("No such file or directory"), "{error}");

    let text = scratch("not-a-video.mkv");
    std::fs::write(&text, "plain text".repeat(100)).expect("a file");
    let error = open(&text).next_frame(&mut frame).expect_err("this is no video");
    assert!(error.to_string().contains("Invalid data found"), "{error}");
    assert_eq!(frame, Frame::default());
}

#[test]
fn a_source_dropped_in_the_middle_ends_its_process() {
    let path = scratch("dropped.mkv");
    film(&path, 9, 60);
    let mut source = open(&path);
    assert!(source.next_frame(&mut Frame::default()).expect("a frame"));
    ends_with_its_source(source);
}

#[test]
fn a_silent_stream_is_reported_and_can_be_left() {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let input = format!("tcp://{}", server.local_addr().expect("an address"));
    let options = FfmpegOptions { stall_timeout: Duration::from_millis(200), ..FfmpegOptions::default() };
    let mut source =
        FfmpegSource::open(input, options).expect("these tests need ffmpeg: apt-get install ffmpeg");
    for _ in 0..2 {
        let error = source.next_frame(&mut Frame::default()).expect_err("nothing is sent");
        assert!(matches!(error, SourceError::Stalled { .. }), "{error:?}");
    }
    ends_with_its_source(source);
}

/// Dropping must kill the child and reap it: a zombie would still be listed.
fn ends_with_its_source(source: FfmpegSource) {
    let process = PathBuf::from(format!("/proc/{}", source.process_id()));
    assert!(process.exists(), "this test reads /proc");
    let started = Instant::now();
    drop(source);
    assert!(!process.exists());
    assert!(started.elapsed() < Duration::from_secs(5));
}
