//! The attributes go on functions with a body.
use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};

#[instrument_inference(model = "yolo")]
pub struct Struct {
    pub field: u8,
}

#[instrument_inference(model = "yolo")]
enum Enum {}

#[instrument_stage]
union Union {
    a: u8,
}

#[instrument_camera(stage = "decode")]
impl Struct {
    fn method(&self) {}
}

#[instrument_stage]
unsafe impl Send for Union {}

#[instrument_stage]
trait Trait {
    #[instrument_stage]
    fn required(&self);

    #[instrument_inference(model = "yolo")]
    async fn required_async(&self) -> u8;
}

#[instrument_stage]
const CONSTANT: u8 = 1;

#[instrument_stage]
static STATIC: u8 = 1;

#[instrument_stage]
type Alias = u8;

#[instrument_stage]
use std::fmt;

#[instrument_stage]
const fn constant() -> u8 {
    1
}

#[instrument_stage]
extern "C" fn callback() {}

#[instrument_stage]
unsafe extern "system" fn unsafe_callback() {}

#[instrument_stage]
macro_rules! rules {
    () => {};
}

rules!();

fn main() {
    // The items are still there: no error follows from the ones above.
    let _ = Struct { field: CONSTANT + STATIC + constant() }.method();
    let _: Option<(Enum, Alias, fmt::Error)> = None;
    callback();
}
