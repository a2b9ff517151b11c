//! A crate that re-exports its-telemetry under another path.
#![deny(warnings)]

#[path = "../support.rs"]
mod support;

mod facade {
    pub mod telemetry {
        pub use ::its_telemetry::*;
    }
}

use facade::telemetry::{ErrorKind, Outcome, instrument_camera, instrument_inference, instrument_stage};
use support::{block_on, collect};

mod its_telemetry {}

#[instrument_inference(model = "yolo", crate_path = "facade::telemetry")]
fn string() -> u8 {
    1
}

#[instrument_camera(stage = "capture", crate_path = crate::facade::telemetry, tenant = "acme")]
async fn path() -> u8 {
    2
}

#[instrument_stage(crate_path = "crate::facade::telemetry")]
fn stream() -> impl futures_core::Stream<Item = u8> {
    support::Items(0..2)
}

macro_rules! measured {
    ($name:ident) => {
        #[instrument_stage(crate_path = $crate::facade::telemetry)]
        fn $name() -> u8 {
            3
        }
    };
}

measured!(from_macro);

#[derive(ErrorKind)]
#[error_kind(crate_path = "facade::telemetry")]
enum Enum {
    #[error_kind(outcome = "rejected")]
    Full,
}

#[derive(ErrorKind)]
#[error_kind("other", crate_path = facade::telemetry)]
struct Struct;

fn main() {
    assert_eq!(string(), 1);
    assert_eq!(block_on(path()), 2);
    assert_eq!(collect(stream()), [0, 1]);
    assert_eq!(from_macro(), 3);
    assert_eq!((Enum::Full.error_kind(), Enum::Full.outcome()), ("full", Outcome::Rejected));
    assert_eq!((Struct.error_kind(), Struct.outcome()), ("other", Outcome::Error));
}
