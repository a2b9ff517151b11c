//! Expressions of the wrong type or that use what is not there are reported at the expression.
use its_telemetry::{instrument_inference, instrument_stage};

#[instrument_stage(tenant = tenant)]
fn no_such_argument(name: &str) {}

#[instrument_inference(model = "yolo", ok_if = |n| n.is_some())]
fn wrong_predicate() -> u8 {
    1
}

#[instrument_stage(tenant = camera)]
fn not_a_text(camera: u32) {}

#[instrument_stage(tenant = camera)]
async fn not_a_text_async(camera: Option<String>) {}

struct Detector;

impl Detector {
    #[instrument_stage(tenant = self.tenant)]
    async fn no_such_field(&self) {}

    #[instrument_stage(camera = self.camera())]
    fn no_such_method(&self) {}
}

fn main() {}
