//! Results that borrow from `&mut` arguments, and patterns in arguments.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

use its_telemetry::{instrument_camera, instrument_stage};
use support::{block_on, pause};

struct Frame {
    camera: String,
    data: Vec<u8>,
}

struct Pair(u8, u8);

#[instrument_stage]
fn first_mut(items: &mut Vec<u8>) -> &mut u8 {
    items.push(9);
    &mut items[0]
}

#[instrument_stage]
fn split<'a>(items: &'a mut [u8], at: &mut usize) -> (&'a mut [u8], &'a mut [u8]) {
    *at += 1;
    items.split_at_mut(*at)
}

#[instrument_camera(stage = "decode", camera = frame.camera)]
fn find<'a>(frame: &'a mut Frame, wanted: &u8) -> Option<&'a mut u8> {
    let found = frame.data.iter_mut().find(|byte| *byte == wanted)?;
    Some(found)
}

#[instrument_stage]
fn iterate(items: &mut [u8]) -> impl Iterator<Item = &mut u8> {
    items.iter_mut()
}

#[instrument_stage]
async fn async_first_mut(items: &mut Vec<u8>) -> &mut u8 {
    pause().await;
    items.push(9);
    &mut items[0]
}

#[instrument_camera(stage = "decode", camera = camera)]
fn destructured(
    Frame { camera, data }: Frame,
    (a, mut b): (u8, u8),
    Pair(c, e): &Pair,
    [d, ..]: [u8; 2],
) -> String {
    b += 1;
    format!("{camera}{}{a}{b}{c}{d}{e}", data.len())
}

#[instrument_camera(stage = "decode", camera = camera)]
async fn async_destructured(Frame { camera, ref data }: Frame, (a, mut b): (u8, u8), _: u8) -> String {
    pause().await;
    b += 1;
    format!("{camera}{}{a}{b}", data.len())
}

#[instrument_stage]
fn mutable(mut a: Vec<u8>, mut b: u8) -> Vec<u8> {
    b += 1;
    a.push(b);
    a
}

#[instrument_stage]
fn dropped(_guard: Frame, _: Frame, unused @ _: u8) -> u8 {
    unused
}

fn main() {
    let mut items = vec![1, 2];
    *first_mut(&mut items) += 1;
    assert_eq!(items, [2, 2, 9]);
    let (left, right) = split(&mut items, &mut 0);
    assert_eq!((left.len(), right.len()), (1, 2));
    *block_on(async_first_mut(&mut items)) += 1;
    assert_eq!(items, [3, 2, 9, 9]);
    iterate(&mut items).for_each(|item| *item = 0);
    assert_eq!(items, [0, 0, 0, 0]);
    let frame = || Frame { camera: "gate".to_owned(), data: vec![1, 2, 3] };
    let mut held = frame();
    *find(&mut held, &2).unwrap() = 7;
    assert_eq!(held.data, [1, 7, 3]);
    assert!(find(&mut held, &2).is_none());
    assert_eq!(destructured(frame(), (1, 2), &Pair(4, 5), [6, 7]), "gate313465");
    assert_eq!(block_on(async_destructured(frame(), (1, 2), 0)), "gate313");
    assert_eq!(mutable(vec![1], 2), [1, 3]);
    assert_eq!(dropped(frame(), frame(), 3), 3);
}
