//! What is wrong in the body is reported there, not at the attribute.
use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};
use std::future::Future;
use std::pin::Pin;

#[instrument_inference(model = "yolo")]
fn value() -> u32 {
    "text"
}

#[instrument_stage]
fn unit() {
    5
}

#[instrument_stage]
fn early_return(flag: bool) -> Result<u8, String> {
    if flag {
        return Some(1);
    }
    Ok(1)
}

#[instrument_camera(stage = "decode")]
async fn asynchronous() -> u32 {
    "text"
}

#[instrument_stage]
async fn async_unit() {
    5
}

#[instrument_stage]
fn future() -> impl Future<Output = u32> {
    async move { "text" }
}

#[instrument_stage]
fn boxed() -> Pin<Box<dyn Future<Output = u32>>> {
    Box::pin(async move { "text" })
}

#[instrument_stage]
async fn question_mark() -> Option<u8> {
    let n: u8 = "1".parse()?;
    Some(n)
}

#[instrument_stage]
fn unknown_name() -> u8 {
    missing
}

fn main() {}
