//! Every receiver, sync and async.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use support::{assert_send, block_on, pause};

#[derive(Clone)]
struct Detector {
    tenant: String,
    camera: String,
    frames: u32,
}

impl Detector {
    #[instrument_stage]
    fn new(tenant: &str) -> Self {
        Self { tenant: tenant.to_owned(), camera: "gate-1".to_owned(), frames: 0 }
    }

    #[instrument_inference(model = "yolo", tenant = self.tenant, camera = &self.camera)]
    fn by_ref(&self, n: u32) -> Result<u32, String> {
        if n == 0 { Err(self.tenant.clone()) } else { Ok(self.frames + n) }
    }

    #[instrument_inference(model = "yolo", tenant = &self.tenant, camera = self.camera.as_str())]
    fn by_mut(&mut self, n: u32) -> &mut u32 {
        self.frames += n;
        &mut self.frames
    }

    #[instrument_camera(stage = "track", tenant = self.tenant)]
    fn by_value(self) -> String {
        self.tenant
    }

    #[instrument_camera(stage = "track", tenant = self.tenant)]
    fn by_mut_value(mut self) -> String {
        self.tenant.push('!');
        self.tenant
    }

    #[instrument_stage(tenant = self.tenant)]
    fn by_arc(self: Arc<Self>) -> Arc<Self> {
        self
    }

    #[instrument_stage(tenant = self.tenant)]
    fn by_rc(self: Rc<Self>) -> usize {
        Rc::strong_count(&self)
    }

    #[instrument_stage(tenant = self.tenant)]
    fn by_box(self: Box<Self>) -> u32 {
        self.frames
    }

    #[instrument_stage(tenant = self.tenant)]
    fn by_pin(mut self: Pin<&mut Self>) -> u32 {
        self.frames += 1;
        self.frames
    }

    #[instrument_inference(model = "yolo", tenant = self.tenant, camera = &self.camera)]
    async fn async_by_ref(&self, n: u32) -> Result<u32, String> {
        pause().await;
        if n == 0 { Err(self.tenant.clone()) } else { Ok(self.frames + n) }
    }

    #[instrument_inference(model = "yolo", tenant = &self.tenant)]
    async fn async_by_mut(&mut self, n: u32) -> &mut u32 {
        pause().await;
        self.frames += n;
        &mut self.frames
    }

    #[instrument_camera(stage = "track", tenant = self.tenant)]
    async fn async_by_value(mut self) -> String {
        self.tenant.push('!');
        pause().await;
        self.tenant
    }

    #[instrument_stage(tenant = self.tenant)]
    async fn async_by_arc(self: Arc<Self>) -> Arc<Self> {
        pause().await;
        self
    }

    #[instrument_stage(tenant = self.tenant)]
    async fn async_by_pin(mut self: Pin<&mut Self>) -> u32 {
        pause().await;
        self.frames += 1;
        self.frames
    }
}

struct Wrapper<T, const N: usize>([T; N]);

impl<T: Clone + Send + Sync, const N: usize> Wrapper<T, N> {
    const ZERO: usize = 0;

    #[instrument_stage]
    fn nth(&self, n: usize) -> Option<&T> {
        self.0.get(n + Self::ZERO)
    }

    #[instrument_stage]
    async fn all<B>(&self) -> B
    where
        B: FromIterator<T>,
    {
        pause().await;
        self.0.iter().cloned().collect()
    }
}

fn main() {
    let mut detector = Detector::new("acme");
    assert_eq!(detector.by_ref(1), Ok(1));
    assert_eq!(detector.by_ref(0), Err("acme".to_owned()));
    *detector.by_mut(2) += 1;
    assert_eq!(detector.frames, 3);
    assert_eq!(detector.clone().by_value(), "acme");
    assert_eq!(detector.clone().by_mut_value(), "acme!");
    assert_eq!(Arc::new(detector.clone()).by_arc().frames, 3);
    assert_eq!(Rc::new(detector.clone()).by_rc(), 1);
    assert_eq!(Box::new(detector.clone()).by_box(), 3);
    assert_eq!(pin!(detector.clone()).by_pin(), 4);

    assert_eq!(block_on(assert_send(detector.async_by_ref(1))), Ok(4));
    assert_eq!(block_on(detector.async_by_ref(0)), Err("acme".to_owned()));
    *block_on(assert_send(detector.async_by_mut(2))) += 1;
    assert_eq!(detector.frames, 6);
    assert_eq!(block_on(assert_send(detector.clone().async_by_value())), "acme!");
    assert_eq!(block_on(assert_send(Arc::new(detector.clone()).async_by_arc())).frames, 6);
    assert_eq!(block_on(pin!(detector.clone()).async_by_pin()), 7);

    let wrapper = Wrapper(["a", "b"]);
    assert_eq!(wrapper.nth(1), Some(&"b"));
    assert_eq!(wrapper.nth(2), None);
    assert_eq!(block_on(assert_send(wrapper.all::<Vec<_>>())), ["a", "b"]);
}
