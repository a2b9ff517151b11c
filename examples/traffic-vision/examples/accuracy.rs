//! Prints how well vehicles are counted and what a frame costs:
//! `cargo run --release -p traffic-vision --example accuracy -- [SECONDS [LOST_PERCENT]]`.

#[path = "../tests/it/measure.rs"]
mod measure;

use std::error::Error;

use measure::Tally;
use traffic_vision::scene::SceneOptions;

const CAMERAS: u64 = 50;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let seconds: u32 = arguments.next().map_or(Ok(60), |seconds| seconds.parse())?;
    let lost_percent: u64 = arguments.next().map_or(Ok(0), |lost| lost.parse())?;
    let options = SceneOptions::default();
    let mut total = Tally::default();
    for seed in 0..CAMERAS {
        let camera = measure::play(seed, &options, seconds, lost_percent);
        if camera.truth != camera.counted {
            println!("camera {seed}: ground truth {} counted {}", camera.truth, camera.counted);
        }
        total.add(&camera);
    }
    let share = |part: u64, of: u64| 100.0 * part as f64 / of as f64;
    println!("{CAMERAS} cameras, {seconds} s each, {lost_percent} % of frames lost");
    println!(
        "vehicles: ground truth {} counted {} ({:+.2} %)",
        total.truth,
        total.counted,
        100.0 * total.count_error()
    );
    println!("counts that are a true crossing: {:.1} %", share(total.paired, total.counted));
    println!("class right: {:.1} %", share(total.class_right, total.paired));
    println!("speed: mean error {:.1} %", 100.0 * total.mean_speed_error());
    let generate = total.generating / (seconds * options.fps * CAMERAS as u32);
    let [preprocess, infer, postprocess] = total.stages.map(|stage| stage / total.frames);
    println!(
        "a frame: generate {generate:?}, preprocess {preprocess:?}, infer {infer:?}, postprocess {postprocess:?}"
    );
    Ok(())
}
