//! Every ordinary return type; `?` and early returns; attributes of the function are kept.
#![deny(warnings, missing_docs)]

use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};
use std::num::ParseIntError;

#[instrument_inference(model = "yolo")]
fn result(text: &str) -> Result<u32, ParseIntError> {
    let value: u32 = text.parse()?;
    if value == 0 {
        return Ok(100);
    }
    Ok(value)
}

#[instrument_inference(model = "yolo", version = "8", stage = "infer", slo = "detect", name = "detect")]
fn boxed_error(text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    Ok(text.parse::<u32>()?)
}

type Alias<T> = Result<T, String>;

#[instrument_camera(stage = "decode")]
fn alias(fail: bool) -> Alias<u8> {
    if fail { Err(String::from("no")) } else { Ok(1) }
}

#[instrument_camera(stage = "capture")]
fn option(numbers: &[u8]) -> Option<u8> {
    let first = numbers.first()?;
    Some(first + 1)
}

#[instrument_stage(name = "sum")]
fn plain(a: u32, b: u32) -> u32 {
    a + b
}

#[instrument_stage]
fn unit(total: &mut u32) {
    if *total > 10 {
        return;
    }
    *total += 1;
}

#[instrument_stage()]
fn empty() {}

#[instrument_stage]
fn never(message: &str) -> ! {
    std::panic::panic_any(message.len())
}

/// Documented, as `missing_docs` asks.
#[instrument_stage]
#[must_use]
#[inline]
#[allow(clippy::needless_return, unused_variables)]
pub fn attributes(#[allow(unused_mut)] mut value: u32) -> u32 {
    let unused = 1;
    return value;
}

#[instrument_stage]
fn inner_attributes() -> u32 {
    #![allow(unused_variables)]
    let unused = 1;
    2
}

#[instrument_stage]
#[cfg(any())]
fn compiled_out() -> NoSuchType {}

#[instrument_stage]
fn items_inside(n: u64) -> u64 {
    use std::cmp::max;
    const LEAST: u64 = 3;
    fn twice(n: u64) -> u64 {
        n * 2
    }
    max(LEAST, twice(n))
}

#[instrument_stage]
fn factorial(n: u64) -> u64 {
    if n == 0 { 1 } else { n * factorial(n - 1) }
}

#[instrument_stage]
fn coerced(flag: bool) -> Box<dyn Fn(u8) -> u8> {
    if flag {
        return Box::new(|n| n + 1);
    }
    Box::new(|n| n)
}

#[instrument_stage]
fn r#match(r#type: u8) -> u8 {
    r#type
}

#[instrument_stage]
#[instrument_camera(stage = "track")]
fn twice_measured() -> u8 {
    7
}

fn main() {
    assert_eq!(result("7"), Ok(7));
    assert_eq!(result("0"), Ok(100));
    assert!(result("x").is_err());
    assert_eq!(boxed_error("3").unwrap(), 3);
    assert_eq!(boxed_error("").unwrap_err().to_string(), "empty");
    assert!(boxed_error("x").is_err());
    assert_eq!(alias(false), Ok(1));
    assert_eq!(alias(true), Err("no".to_owned()));
    assert_eq!(option(&[1]), Some(2));
    assert_eq!(option(&[]), None);
    assert_eq!(plain(1, 2), 3);
    let mut total = 10;
    unit(&mut total);
    unit(&mut total);
    assert_eq!(total, 11);
    empty();
    std::panic::set_hook(Box::new(|_| {}));
    let payload = std::panic::catch_unwind(|| never("four")).unwrap_err();
    assert_eq!(payload.downcast_ref::<usize>(), Some(&4));
    assert_eq!(attributes(5), 5);
    assert_eq!(inner_attributes(), 2);
    assert_eq!(items_inside(1), 3);
    assert_eq!(items_inside(9), 18);
    assert_eq!(factorial(5), 120);
    assert_eq!(coerced(true)(1), 2);
    assert_eq!(coerced(false)(1), 1);
    assert_eq!(r#match(1), 1);
    assert_eq!(twice_measured(), 7);
}
