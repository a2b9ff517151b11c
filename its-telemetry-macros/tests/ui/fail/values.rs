//! Values of the wrong kind.
use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};

#[instrument_inference(model = 5)]
fn model_number() {}

#[instrument_inference(model = "", version = 8, batch = "16", tenant = 'a', camera = b"gate", slo = true)]
fn every_value() {}

#[instrument_inference(model = |n| n, batch = 1.5)]
fn closures() {}

#[instrument_stage(name = 5)]
fn name_number() {}

#[instrument_stage(name = NAME)]
fn name_computed() {}

#[instrument_stage(ok_if = true, timeout_if = "late")]
fn predicates() {}

#[instrument_stage(name)]
fn no_value() {}

#[instrument_stage(name = )]
fn no_value_after_equals() {}

#[instrument_stage(name = , slo = "a")]
fn no_value_before_comma() {}

#[instrument_stage(name = "a" slo = "b")]
fn no_comma() {}

#[instrument_stage(name: "a")]
fn colon() {}

#[instrument_stage(crate_path = "not a path")]
fn crate_path_text() {}

#[instrument_camera(stage = "decode", crate_path = 5)]
fn crate_path_number() {}

fn main() {}
