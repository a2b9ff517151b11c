//! Unknown and misspelt keys, with what is allowed.
use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};

#[instrument_inference(modle = "yolo")]
fn misspelt() {}

#[instrument_inference(model = "yolo", tenent = "acme", colour = "red")]
fn two_mistakes() {}

#[instrument_camera(stage = "decode", model = "yolo")]
fn key_of_another_attribute() {}

#[instrument_stage(stage = "decode")]
async fn stage_is_called_name() {}

#[instrument_stage("name")]
fn no_key() {}

#[instrument_stage(verison)]
fn unknown_without_value() {}

#[instrument_inference(model = "yolo", model = "rtdetr", slo = "a", slo = "b")]
fn twice() {}

#[instrument_inference]
fn no_model() {}

#[instrument_inference(version = "8")]
fn still_no_model() {}

#[instrument_camera(tenant = "acme")]
fn no_stage() {}

fn main() {
    misspelt();
    two_mistakes();
    no_model();
}
