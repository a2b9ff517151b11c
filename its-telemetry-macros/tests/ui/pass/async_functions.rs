//! The same for `async fn`; the future stays `Send` when the body allows it.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};
use std::num::ParseIntError;
use std::pin::Pin;
use std::rc::Rc;
use support::{assert_send, block_on, pause};

#[instrument_inference(model = "yolo", batch = frames.len())]
async fn result(frames: &[u8], text: &str) -> Result<usize, ParseIntError> {
    pause().await;
    let value: usize = text.parse()?;
    if value == 0 {
        return Ok(frames.len());
    }
    pause().await;
    Ok(value)
}

#[instrument_inference(model = "yolo")]
async fn boxed_error(text: String) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    Ok(text.parse::<u32>()?)
}

#[instrument_camera(stage = "publish")]
async fn option(numbers: Vec<u8>) -> Option<u8> {
    pause().await;
    let first = *numbers.first()?;
    Some(first + 1)
}

#[instrument_stage]
async fn plain(a: u32, mut b: u32) -> u32 {
    b += 1;
    pause().await;
    a + b
}

#[instrument_stage]
async fn unit(total: &mut u32) {
    if *total > 10 {
        return;
    }
    pause().await;
    *total += 1;
}

#[instrument_stage]
async fn empty() {}

#[instrument_stage]
async fn without_await() -> u8 {
    1
}

#[instrument_stage]
async fn inner_attributes() -> u32 {
    #![allow(unused_variables)]
    let unused = 1;
    2
}

#[instrument_stage]
async fn never(message: &str) -> ! {
    pause().await;
    std::panic::panic_any(message.len())
}

#[instrument_stage]
async fn not_send() -> usize {
    let shared = Rc::new(3);
    pause().await;
    *shared
}

#[instrument_stage]
async fn recursive(n: u64) -> u64 {
    let future: Pin<Box<dyn Future<Output = u64>>> =
        if n == 0 { Box::pin(async { 1 }) } else { Box::pin(recursive(n - 1)) };
    future.await + n
}

#[instrument_stage]
async fn coerced(flag: bool) -> Box<dyn Fn(u8) -> u8 + Send> {
    if flag {
        return Box::new(|n| n + 1);
    }
    Box::new(|n| n)
}

#[instrument_stage]
#[must_use]
async fn closures(numbers: &[u32]) -> Vec<u32> {
    numbers
        .iter()
        .map(|n| {
            if *n == 0 {
                return 1;
            }
            *n
        })
        .collect()
}

fn main() {
    assert_eq!(block_on(assert_send(result(&[1, 2], "7"))), Ok(7));
    assert_eq!(block_on(result(&[1, 2], "0")), Ok(2));
    assert!(block_on(result(&[], "x")).is_err());
    assert_eq!(block_on(assert_send(boxed_error("3".to_owned()))).unwrap(), 3);
    assert_eq!(block_on(boxed_error(String::new())).unwrap_err().to_string(), "empty");
    assert!(block_on(boxed_error("x".to_owned())).is_err());
    assert_eq!(block_on(assert_send(option(vec![1]))), Some(2));
    assert_eq!(block_on(option(vec![])), None);
    assert_eq!(block_on(assert_send(plain(1, 2))), 4);
    let mut total = 10;
    block_on(assert_send(unit(&mut total)));
    block_on(unit(&mut total));
    assert_eq!(total, 11);
    block_on(empty());
    assert_eq!(block_on(without_await()), 1);
    assert_eq!(block_on(inner_attributes()), 2);
    std::panic::set_hook(Box::new(|_| {}));
    let payload = std::panic::catch_unwind(|| block_on(never("four"))).unwrap_err();
    assert_eq!(payload.downcast_ref::<usize>(), Some(&4));
    assert_eq!(block_on(not_send()), 3);
    assert_eq!(block_on(recursive(3)), 7);
    assert_eq!(block_on(coerced(true))(1), 2);
    assert_eq!(block_on(coerced(false))(1), 1);
    assert_eq!(block_on(closures(&[0, 2])), [1, 2]);
    // Never polled, dropped half-way: neither may disturb anything.
    drop(plain(1, 2));
    let mut half_way = Box::pin(plain(1, 2));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(half_way.as_mut().poll(&mut context).is_pending());
    drop(half_way);
}
