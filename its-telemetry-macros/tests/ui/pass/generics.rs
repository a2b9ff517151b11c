//! Type, lifetime and const parameters, `where` clauses, `impl Trait` arguments.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

use its_telemetry::{instrument_camera, instrument_inference, instrument_stage};
use std::fmt::{Debug, Display};
use support::{assert_send, block_on, pause};

#[instrument_inference(model = "yolo", batch = items.len())]
fn debug_all<T: Debug, const N: usize>(items: [T; N]) -> [String; N] {
    items.map(|item| format!("{item:?}"))
}

#[instrument_stage]
fn longest<'a>(a: &'a str, b: &'a str) -> &'a str {
    if a.len() > b.len() {
        return a;
    }
    b
}

#[instrument_stage]
fn elided(items: &[String]) -> impl Iterator<Item = &str> + '_ {
    items.iter().map(String::as_str)
}

#[instrument_stage]
fn two_lifetimes<'a, 'b: 'a>(first: &'a mut Vec<&'b str>, second: &'b str) -> &'a &'b str {
    first.push(second);
    &first[first.len() - 1]
}

#[instrument_camera(stage = "decode", tenant = tenant)]
fn impl_arguments(tenant: impl AsRef<str>, map: impl FnOnce(&str) -> usize, mut each: impl FnMut()) -> usize {
    each();
    each();
    map(tenant.as_ref())
}

#[instrument_stage]
fn fallible<T, E>(value: Result<T, E>) -> Result<T, E>
where
    T: Clone,
    E: Display,
{
    let value = value?;
    Ok(value.clone())
}

#[instrument_stage]
fn higher_ranked<F>(apply: F) -> usize
where
    F: for<'x> Fn(&'x str) -> &'x str,
{
    apply("abc").len()
}

#[instrument_stage]
fn unsized_argument<T: ?Sized + ToString>(value: &T) -> String {
    value.to_string()
}

#[instrument_inference(model = "yolo", batch = N)]
async fn async_generic<'a, T, const N: usize>(
    items: &'a [T; N],
    pick: impl Fn(&T) -> bool + Send,
) -> Option<&'a T>
where
    T: Sync,
{
    for item in items {
        pause().await;
        if pick(item) {
            return Some(item);
        }
    }
    None
}

#[instrument_stage]
async fn async_fallible<T: Send, E: From<String> + Send>(value: Result<T, String>) -> Result<T, E> {
    pause().await;
    Ok(value?)
}

fn main() {
    assert_eq!(debug_all([1, 2]), ["1", "2"]);
    assert_eq!(longest("ab", "c"), "ab");
    assert_eq!(longest("a", "bc"), "bc");
    assert_eq!(elided(&["x".to_owned()]).collect::<Vec<_>>(), ["x"]);
    assert_eq!(*two_lifetimes(&mut vec!["a"], "b"), "b");
    let mut called = 0;
    assert_eq!(impl_arguments("acme".to_owned(), str::len, || called += 1), 4);
    assert_eq!(called, 2);
    assert_eq!(fallible::<_, String>(Ok(1)), Ok(1));
    assert_eq!(fallible::<u8, _>(Err("no")), Err("no"));
    assert_eq!(higher_ranked(|text| &text[1..]), 2);
    assert_eq!(unsized_argument("text"), "text");
    assert_eq!(block_on(assert_send(async_generic(&[1, 2, 3], |n| *n > 1))), Some(&2));
    assert_eq!(block_on(async_generic(&[1], |n| *n > 1)), None);
    assert_eq!(block_on(assert_send(async_fallible::<_, String>(Ok(1)))), Ok(1));
    assert_eq!(block_on(async_fallible::<u8, String>(Err("no".to_owned()))), Err("no".to_owned()));
}
