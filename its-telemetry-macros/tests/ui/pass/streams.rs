//! Functions that return a stream.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

use futures_core::Stream;
use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};
use std::pin::Pin;
use support::{Items, assert_send, block_on, collect, pause};

type BoxStream<'a, T> = Pin<Box<dyn Stream<Item = T> + Send + 'a>>;

#[instrument_camera(stage = "capture", camera = camera)]
fn frames(camera: &str, count: u8) -> impl Stream<Item = u8> + Send + use<> {
    assert_eq!(camera, "gate");
    Items(0..count)
}

struct Camera {
    id: String,
    frames: Vec<u8>,
}

impl Camera {
    #[instrument_inference(model = "yolo", camera = self.id, ok_if = |frame: &Result<u8, String>| frame.is_ok())]
    fn detections(&self) -> impl Stream<Item = Result<u8, String>> + Send + '_ {
        Items(self.frames.iter().map(|frame| if *frame == 0 { Err(self.id.clone()) } else { Ok(*frame) }))
    }

    #[instrument_stage(camera = self.id)]
    fn drained(&mut self) -> impl Stream<Item = u8> {
        if self.frames.is_empty() {
            return Items(Vec::new().into_iter());
        }
        Items(std::mem::take(&mut self.frames).into_iter())
    }

    #[instrument_stage(camera = self.id)]
    fn mutable(&mut self) -> impl Stream<Item = &mut u8> {
        Items(self.frames.iter_mut())
    }

    #[instrument_stage(camera = self.id)]
    fn boxed(&self) -> Pin<Box<dyn Stream<Item = &u8> + Send + '_>> {
        Box::pin(Items(self.frames.iter()))
    }

    #[instrument_stage(camera = self.id)]
    fn alias(&self) -> BoxStream<'_, &u8> {
        Box::pin(Items(self.frames.iter()))
    }

    #[instrument_stage(camera = self.id)]
    async fn opened(&self) -> impl Stream<Item = u8> {
        pause().await;
        Items(self.frames.clone().into_iter())
    }
}

#[instrument_stage]
fn generic<T: Clone + Unpin>(item: T) -> impl Stream<Item = T> {
    Items([item.clone(), item].into_iter())
}

#[instrument_stage]
fn opaque_items() -> impl Stream<Item = impl Copy> {
    Items(0..2)
}

fn main() {
    let camera = "gate".to_owned();
    let stream = assert_send(frames(&camera, 3));
    drop(camera);
    assert_eq!(collect(stream), [0, 1, 2]);

    let mut camera = Camera { id: "gate".to_owned(), frames: vec![1, 0] };
    assert_eq!(collect(assert_send(camera.detections())), [Ok(1), Err("gate".to_owned())]);
    for frame in collect(camera.mutable()) {
        *frame += 1;
    }
    assert_eq!(collect(camera.boxed()), [&2, &1]);
    assert_eq!(collect(camera.alias()), [&2, &1]);
    assert_eq!(collect(block_on(camera.opened())), [2, 1]);
    assert_eq!(collect(camera.drained()), [2, 1]);
    assert!(collect(camera.drained()).is_empty());
    assert_eq!(collect(generic("x")), ["x", "x"]);
    assert_eq!(collect(opaque_items()).len(), 2);
    drop(opaque_items());
}
