//! `unsafe fn`, whose bodies keep their rights and duties.
#![deny(warnings, unsafe_op_in_unsafe_fn, unused_unsafe)]

#[path = "../support.rs"]
mod support;

use its_telemetry::instrument_stage;
use support::{block_on, pause};

#[instrument_stage]
unsafe fn read(pointer: *const u8) -> u8 {
    unsafe { *pointer }
}

#[instrument_stage]
async unsafe fn read_later(pointer: *const u8) -> u8 {
    pause().await;
    unsafe { *pointer }
}

#[instrument_stage]
#[allow(unsafe_op_in_unsafe_fn)]
unsafe fn as_before_2024(pointer: *const u8) -> u8 {
    *pointer + read(pointer)
}

struct Buffer(Vec<u8>);

impl Buffer {
    #[instrument_stage]
    unsafe fn get(&mut self, n: usize) -> &mut u8 {
        unsafe { self.0.get_unchecked_mut(n) }
    }
}

fn main() {
    let byte = 7;
    assert_eq!(unsafe { read(&byte) }, 7);
    assert_eq!(block_on(unsafe { read_later(&byte) }), 7);
    assert_eq!(unsafe { as_before_2024(&byte) }, 14);
    assert_eq!(unsafe { *Buffer(vec![1, 2]).get(1) }, 2);
}
