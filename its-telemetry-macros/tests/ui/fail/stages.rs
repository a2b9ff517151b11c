//! Stages are closed sets.
use its_telemetry::{instrument_camera, instrument_inference};

const STAGE: &str = "decode";

#[instrument_inference(model = "yolo", stage = "infr")]
fn misspelt() {}

#[instrument_inference(model = "yolo", stage = "decode")]
fn stage_of_a_camera() {}

#[instrument_camera(stage = "total")]
fn stage_of_an_inference() {}

#[instrument_camera(stage = "decod")]
fn misspelt_camera() {}

#[instrument_camera(stage = STAGE)]
fn computed() {}

#[instrument_camera(stage = 1)]
fn number() {}

fn main() {
    let _ = STAGE;
}
