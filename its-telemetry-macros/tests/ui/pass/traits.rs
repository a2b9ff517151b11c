//! Trait methods without `async-trait`: default bodies, implementations, `async fn` and `impl Future` in traits.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

use its_telemetry::{instrument_inference, instrument_stage};
use std::future::Future;
use support::{assert_send, block_on, pause};

trait Model {
    const NAME: &'static str;
    type Output;

    fn tenant(&self) -> &str;

    #[instrument_inference(model = Self::NAME, tenant = self.tenant())]
    fn name_length(&self) -> usize {
        Self::NAME.len()
    }

    #[instrument_stage]
    fn constant() -> u8
    where
        Self: Sized,
    {
        9
    }

    fn infer(&self, frame: u8) -> Option<Self::Output>;

    fn later(&self, frame: u8) -> impl Future<Output = Option<Self::Output>> + Send;

    #[instrument_stage(tenant = self.tenant())]
    fn default_later(&self, frame: u8) -> impl Future<Output = u8> + Send
    where
        Self: Sync,
    {
        async move {
            pause().await;
            frame + 1
        }
    }
}

#[allow(async_fn_in_trait)]
trait AsyncModel {
    #[instrument_stage]
    async fn warm_up(&mut self) -> Result<u8, String> {
        pause().await;
        Err("not implemented".to_owned())
    }

    async fn infer_async(&self, frame: &[u8]) -> usize;
}

struct Yolo {
    tenant: String,
}

impl Model for Yolo {
    const NAME: &'static str = "yolo";
    type Output = u16;

    fn tenant(&self) -> &str {
        &self.tenant
    }

    #[instrument_inference(model = Self::NAME, tenant = self.tenant, batch = 1)]
    fn infer(&self, frame: u8) -> Option<Self::Output> {
        if frame == 0 {
            return None;
        }
        Some(frame.into())
    }

    #[instrument_inference(model = "yolo", tenant = self.tenant)]
    async fn later(&self, frame: u8) -> Option<Self::Output> {
        pause().await;
        self.infer(frame)
    }
}

impl AsyncModel for Yolo {
    #[instrument_inference(model = "yolo", batch = frame.len())]
    async fn infer_async(&self, frame: &[u8]) -> usize {
        pause().await;
        frame.len()
    }
}

fn main() {
    let mut yolo = Yolo { tenant: "acme".to_owned() };
    assert_eq!(yolo.name_length(), 4);
    assert_eq!(Yolo::constant(), 9);
    assert_eq!(yolo.infer(1), Some(1));
    assert_eq!(yolo.infer(0), None);
    assert_eq!(block_on(assert_send(yolo.later(2))), Some(2));
    assert_eq!(block_on(assert_send(yolo.default_later(2))), 3);
    assert_eq!(block_on(yolo.warm_up()), Err("not implemented".to_owned()));
    assert_eq!(block_on(yolo.infer_async(&[1, 2])), 2);
}
