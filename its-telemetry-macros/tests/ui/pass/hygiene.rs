//! Nothing of the user's can be mistaken for what the macros need, and the other way round.
#![no_implicit_prelude]
#![deny(warnings)]
#![allow(non_camel_case_types, dead_code, unused_macros, reason = "the names are the point")]

use ::its_telemetry::{ErrorKind, instrument_camera, instrument_inference, instrument_stage};
use ::std::{assert_eq, future::Future, pin::Pin, stringify};

// Names of the prelude, of `core` and of the generated code, all meaning something else.
struct Option;
struct Result;
struct Box;
struct str;
struct u64;
struct Call;
struct Site;
struct Observation;
enum Kind {
    Inference,
}
trait AsRef {}
trait FnOnce {}
mod core {}
mod std {}
mod its_telemetry {}
#[allow(non_upper_case_globals)]
const observation: u8 = 1;
#[allow(non_upper_case_globals)]
const result: u8 = 2;
const __ITS_SITE: u8 = 3;

macro_rules! module_path {
    () => {
        ::std::compile_error!("the wrong `module_path`")
    };
}
macro_rules! verdict {
    ($($tokens:tt)*) => {
        ::std::compile_error!("the wrong `verdict`")
    };
}
macro_rules! matches {
    ($($tokens:tt)*) => {
        ::std::compile_error!("the wrong `matches`")
    };
}

#[instrument_inference(model = "yolo", tenant = tenant, ok_if = |sum| *sum > 0)]
fn sync(tenant: &::std::string::String) -> u8 {
    let __its_observation = tenant.len() as u8;
    observation + result + __ITS_SITE + __its_observation
}

#[instrument_stage(tenant = __its_call, camera = __its_item)]
fn shadowing(__its_call: &'static ::std::primitive::str, __its_item: &::std::primitive::str) -> usize {
    let __its_return = __its_item;
    __its_call.len() + __its_return.len()
}

#[instrument_camera(stage = "decode")]
async fn asynchronous() -> ::std::result::Result<u8, ::std::string::String> {
    ::std::result::Result::Ok(result)
}

#[instrument_stage]
fn boxed<'a>(n: &'a u8) -> Pin<::std::boxed::Box<dyn Future<Output = u8> + 'a>> {
    let doubled = *n * 2;
    ::std::boxed::Box::pin(async move { doubled })
}

#[derive(ErrorKind)]
enum Error<T> {
    Io,
    #[error_kind(transparent)]
    Inner(T),
}

#[derive(ErrorKind)]
#[error_kind("wrapped", outcome = "timeout")]
struct Wrapped;

fn block_on<F: Future>(future: F) -> F::Output {
    let mut context = ::std::task::Context::from_waker(::std::task::Waker::noop());
    match ::std::pin::pin!(future).poll(&mut context) {
        ::std::task::Poll::Ready(output) => output,
        ::std::task::Poll::Pending => ::std::panic!("{}", stringify!(pending)),
    }
}

fn main() {
    assert_eq!(sync(&::std::string::String::new()), 6);
    assert_eq!(shadowing("ab", "c"), 3);
    ::std::assert!(block_on(asynchronous()).is_ok());
    assert_eq!(block_on(boxed(&2)), 4);
    assert_eq!(ErrorKind::error_kind(&Error::<Wrapped>::Io), "io");
    assert_eq!(ErrorKind::error_kind(&Error::Inner(Wrapped)), "wrapped");
}
