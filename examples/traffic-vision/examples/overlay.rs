//! Draws what is seen onto the scene, as a video or as pictures:
//! `cargo run -p traffic-vision --example overlay -- OUTPUT [SEED [SECONDS]]`, where `OUTPUT` is anything `ffmpeg`
//! writes, such as `overlay.mp4` or `overlay-%03d.png`. True outlines are green, detections red, tracks yellow; the
//! counting line is cyan, and white for the frame that counts.

use std::error::Error;
use std::io::Write;
use std::process::{Command, Stdio};

use traffic_vision::analyze::{Analyzer, AnalyzerOptions};
use traffic_vision::scene::SceneOptions;
use traffic_vision::source::{FrameSource, SyntheticSource};
use traffic_vision::{BoundingBox, Frame};

/// Each pixel of the scene becomes a square of so many.
const ZOOM: usize = 6;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let output = arguments.next().ok_or("usage: overlay OUTPUT [SEED [SECONDS]]")?;
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let seconds: u32 = arguments.next().map_or(Ok(20), |seconds| seconds.parse())?;
    let options = SceneOptions::default();
    let size = format!("{}x{}", options.width as usize * ZOOM, options.height as usize * ZOOM);
    let rate = options.fps.to_string();
    let mut encoder = Command::new("ffmpeg")
        .args(["-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", &size, "-r", &rate])
        .args(["-i", "pipe:0", &output])
        .stdin(Stdio::piped())
        .spawn()?;
    let mut pictures = encoder.stdin.take().ok_or("ffmpeg takes no input")?;

    let mut source = SyntheticSource::new(seed, options.clone())?;
    let mut analyzer = Analyzer::new(AnalyzerOptions::new(source.calibration().clone()))?;
    let mut frame = Frame::default();
    for _ in 0..seconds * options.fps {
        source.next_frame(&mut frame)?;
        let analysis = analyzer.analyze(&frame)?;
        let mut picture = Picture::enlarge(&frame);
        let line = source.calibration().counting_line;
        let tone = if analysis.crossings.is_empty() { [0, 200, 200] } else { [255; 3] };
        let (left, right) = (line.start.0 - 0.2, line.start.0 + 0.2);
        picture.outline(BoundingBox { left, top: line.start.1, right, bottom: line.end.1 }, tone);
        source.scene().vehicles().for_each(|(_, _, outline)| picture.outline(outline, [0, 220, 0]));
        analysis.detections.iter().for_each(|seen| picture.outline(seen.bounding_box, [230, 0, 0]));
        analysis.vehicles.iter().for_each(|seen| {
            let BoundingBox { left, top, right, bottom } = seen.bounding_box;
            let inner =
                BoundingBox { left: left + 0.4, top: top + 0.4, right: right - 0.4, bottom: bottom - 0.4 };
            picture.outline(inner, [255, 220, 0]);
        });
        pictures.write_all(&picture.rgb)?;
    }
    drop(pictures);
    let status = encoder.wait()?;
    println!("ground truth {} counted {}", source.ground_truth().vehicles(), analyzer.counted());
    if status.success() { Ok(()) } else { Err(format!("ffmpeg: {status}").into()) }
}

struct Picture {
    rgb: Vec<u8>,
    width: usize,
    height: usize,
}

impl Picture {
    fn enlarge(frame: &Frame) -> Self {
        let (width, height) = (frame.width as usize * ZOOM, frame.height as usize * ZOOM);
        let mut rgb = Vec::with_capacity(width * height * 3);
        for row in frame.data.chunks_exact(frame.width as usize) {
            for _ in 0..ZOOM {
                rgb.extend(row.iter().flat_map(|&grey| [grey; 3 * ZOOM]));
            }
        }
        Self { rgb, width, height }
    }

    fn outline(&mut self, bounding_box: BoundingBox, tone: [u8; 3]) {
        let scaled = |at: f32, limit: usize| (at * ZOOM as f32).clamp(0.0, limit as f32 - 1.0) as usize;
        let (left, right) = (scaled(bounding_box.left, self.width), scaled(bounding_box.right, self.width));
        let (top, bottom) = (scaled(bounding_box.top, self.height), scaled(bounding_box.bottom, self.height));
        let sides = (top..=bottom).flat_map(|y| [(left, y), (right, y)]);
        for (x, y) in (left..=right).flat_map(|x| [(x, top), (x, bottom)]).chain(sides) {
            let at = (y * self.width + x) * 3;
            self.rgb[at..at + 3].copy_from_slice(&tone);
        }
    }
}
