//! `impl Trait` anywhere in the return type.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

use its_telemetry::{instrument_inference, instrument_stage};
use support::{block_on, pause};

#[instrument_stage]
fn iterator(up_to: u8) -> impl Iterator<Item = u8> + Clone {
    0..up_to
}

#[instrument_stage]
fn closure(by: u8) -> impl Fn(u8) -> u8 {
    move |n| n + by
}

#[instrument_stage]
fn early(flag: bool) -> impl std::fmt::Display {
    if flag {
        return "yes".to_owned();
    }
    "no".to_owned()
}

#[instrument_inference(model = "yolo")]
fn in_result(text: &str) -> Result<impl Iterator<Item = u8>, Box<dyn std::error::Error>> {
    let up_to: u8 = text.parse()?;
    Ok(0..up_to)
}

#[instrument_stage]
fn in_tuple(n: u8) -> (impl Iterator<Item = u8>, Option<impl Copy>) {
    (0..n, Some(n))
}

#[instrument_stage]
fn in_box(n: u8) -> Box<impl Fn() -> u8> {
    Box::new(move || n)
}

#[instrument_stage]
async fn async_iterator(up_to: u8) -> impl Iterator<Item = u8> {
    pause().await;
    0..up_to
}

#[instrument_inference(model = "yolo")]
async fn async_in_result(text: &str) -> Result<impl Iterator<Item = u8>, Box<dyn std::error::Error>> {
    pause().await;
    let up_to: u8 = text.parse()?;
    if up_to == 0 {
        return Err("zero".into());
    }
    Ok(0..up_to)
}

fn main() {
    assert_eq!(iterator(3).clone().sum::<u8>(), 3);
    assert_eq!(closure(1)(2), 3);
    assert_eq!(early(true).to_string(), "yes");
    assert_eq!(early(false).to_string(), "no");
    assert_eq!(in_result("3").unwrap().count(), 3);
    assert!(in_result("x").is_err());
    let (iterator, option) = in_tuple(2);
    assert_eq!(iterator.count(), 2);
    assert!(option.is_some());
    assert_eq!(in_box(4)(), 4);
    assert_eq!(block_on(async_iterator(3)).count(), 3);
    assert_eq!(block_on(async_in_result("3")).unwrap().count(), 3);
    assert!(block_on(async_in_result("0")).is_err());
    assert!(block_on(async_in_result("x")).is_err());
}
