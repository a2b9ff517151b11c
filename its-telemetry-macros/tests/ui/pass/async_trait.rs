//! Under `#[async_trait]` the attribute sees `Box::pin(async move { .. })`.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

use async_trait::async_trait;
use its_telemetry::{instrument_inference, instrument_stage};
use std::sync::Arc;
use support::{assert_send, block_on, pause};

#[async_trait]
trait Detector: Send + Sync {
    fn tenant(&self) -> &str;

    #[instrument_inference(model = "yolo", tenant = self.tenant(), batch = frames.len())]
    async fn detect(&self, frames: &[u8]) -> Result<usize, String> {
        if frames.is_empty() {
            return Err("empty".to_owned());
        }
        pause().await;
        Ok(self.count(frames).await?)
    }

    async fn count(&self, frames: &[u8]) -> Result<usize, String>;

    async fn shared(self: Arc<Self>, text: String) -> String;

    async fn change(&mut self, by: u32) -> &mut u32;

    async fn consume(self: Box<Self>) -> u32;

    async fn nothing(&self);
}

struct Yolo {
    tenant: String,
    frames: u32,
}

#[async_trait]
impl Detector for Yolo {
    fn tenant(&self) -> &str {
        &self.tenant
    }

    #[instrument_inference(model = "yolo", tenant = self.tenant, camera = "gate", slo = "detect")]
    async fn count(&self, frames: &[u8]) -> Result<usize, String> {
        pause().await;
        if frames.len() > 3 {
            return Err("many".to_owned());
        }
        Ok(frames.len())
    }

    #[instrument_stage(tenant = self.tenant, camera = text)]
    async fn shared(self: Arc<Self>, mut text: String) -> String {
        text.push('!');
        pause().await;
        text + &self.tenant
    }

    #[instrument_stage(tenant = self.tenant)]
    async fn change(&mut self, by: u32) -> &mut u32 {
        pause().await;
        self.frames += by;
        &mut self.frames
    }

    #[instrument_stage(tenant = self.tenant)]
    async fn consume(self: Box<Self>) -> u32 {
        self.frames
    }

    #[instrument_stage]
    async fn nothing(&self) {
        pause().await;
    }
}

#[async_trait]
trait Generic<T> {
    async fn first<'a, 'b: 'a, I>(&'a self, items: &'b I) -> Option<&'b T>
    where
        T: Sync + 'b,
        I: AsRef<[T]> + Sync;
}

#[async_trait]
impl<T: Sync> Generic<T> for Yolo {
    #[instrument_stage(tenant = self.tenant)]
    async fn first<'a, 'b: 'a, I>(&'a self, items: &'b I) -> Option<&'b T>
    where
        T: Sync + 'b,
        I: AsRef<[T]> + Sync,
    {
        pause().await;
        let first = items.as_ref().first()?;
        Some(first)
    }
}

#[async_trait(?Send)]
trait Local {
    #[instrument_stage]
    async fn local(&self, (a, b): (u8, u8)) -> u8 {
        let sum = std::rc::Rc::new(a + b);
        pause().await;
        *sum
    }
}

impl Local for Yolo {}

fn main() {
    let mut yolo = Yolo { tenant: "acme".to_owned(), frames: 1 };
    assert_eq!(block_on(assert_send(yolo.detect(&[1, 2]))), Ok(2));
    assert_eq!(block_on(yolo.detect(&[])), Err("empty".to_owned()));
    assert_eq!(block_on(yolo.detect(&[0; 4])), Err("many".to_owned()));
    *block_on(assert_send(yolo.change(2))) += 1;
    assert_eq!(yolo.frames, 4);
    block_on(yolo.nothing());
    assert_eq!(block_on(yolo.first(&vec![5, 6])), Some(&5));
    assert_eq!(block_on(yolo.first(&Vec::<u8>::new())), None);
    assert_eq!(block_on(yolo.local((1, 2))), 3);
    let detector: Box<dyn Detector> = Box::new(yolo);
    assert_eq!(block_on(detector.consume()), 4);
    let detector: Arc<dyn Detector> = Arc::new(Yolo { tenant: "acme".to_owned(), frames: 1 });
    assert_eq!(block_on(detector.shared("hi".to_owned())), "hi!acme");
}
