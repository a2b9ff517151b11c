//! Arguments of the attribute may use the function's: they are borrowed before the body takes them.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};
use std::borrow::Cow;
use std::sync::Arc;
use support::{assert_send, block_on, pause};

const MODEL: &str = "yolo";
static SLO: &str = "detect";

struct Frame {
    tenant: Arc<str>,
    camera: String,
}

struct Service {
    version: String,
    tenants: Vec<String>,
}

impl Service {
    fn tenant(&self, n: usize) -> &str {
        &self.tenants[n]
    }

    #[instrument_inference(
        model = MODEL,
        version = self.version,
        stage = if frames.len() > 1 { "total" } else { "infer" },
        slo = SLO,
        batch = frames.len(),
        tenant = frames[0].tenant,
        camera = frames[0].camera,
        name = "infer batch",
    )]
    fn infer(&self, frames: Vec<Frame>) -> Vec<String> {
        frames.into_iter().map(|frame| frame.camera).collect()
    }

    #[instrument_inference(model = MODEL, batch = frames.len() as i64, tenant = frames[0].tenant.as_ref())]
    async fn infer_async(&self, frames: Vec<Frame>) -> Vec<String> {
        pause().await;
        frames.into_iter().map(|frame| frame.camera).collect()
    }

    #[instrument_stage(tenant = self.tenant(n), camera = format!("camera-{n}"))]
    fn computed(&mut self, n: usize) -> String {
        std::mem::take(&mut self.tenants[n])
    }
}

#[instrument_camera(stage = "publish", tenant = "acme", camera = "gate", slo = "publish")]
fn literals() {}

#[instrument_stage(tenant = only_here)]
fn used_only_by_the_attribute(only_here: &str) {}

#[instrument_stage(tenant = only_here)]
async fn used_only_by_the_attribute_async(only_here: &str) {}

#[instrument_stage(tenant = a, camera = b)]
fn moved(a: String, b: Cow<'static, str>) -> String {
    let (a, b) = (a, b);
    a + &b
}

#[instrument_stage(tenant = a, camera = b)]
async fn async_moved(a: String, b: Box<str>) -> usize {
    let (a, b) = (a, b);
    pause().await;
    a.len() + b.len()
}

#[instrument_inference(model = "m", batch = n)]
fn small_batch(n: u8) -> u8 {
    n
}

#[instrument_inference(model = "m", batch = 16)]
fn fixed_batch() -> u8 {
    1
}

#[instrument_stage(tenant = concat!("ac", "me"), camera = { let camera = "gate"; camera })]
fn odd_expressions() -> u8 {
    2
}

fn main() {
    let frames = || vec![Frame { tenant: "acme".into(), camera: "gate".to_owned() }];
    let mut service = Service { version: "8".to_owned(), tenants: vec!["acme".to_owned()] };
    assert_eq!(service.infer(frames()), ["gate"]);
    assert_eq!(block_on(assert_send(service.infer_async(frames()))), ["gate"]);
    assert_eq!(service.computed(0), "acme");
    literals();
    used_only_by_the_attribute("acme");
    block_on(used_only_by_the_attribute_async("acme"));
    assert_eq!(moved("a".to_owned(), Cow::Borrowed("b")), "ab");
    assert_eq!(block_on(assert_send(async_moved("a".to_owned(), "b".into()))), 2);
    assert_eq!(small_batch(3), 3);
    assert_eq!(fixed_batch(), 1);
    assert_eq!(odd_expressions(), 2);
}
